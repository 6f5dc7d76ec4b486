// LineWriter: the text of a message in the form a mailer wants it: its line ends, at most its line
// length, dots stuffed (RFC 5321 section 4.5.2), "From " lines escaped. Input: lines ended by LF.
// No I/O: pieces go to a sink.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

struct LineForm {
    std::string eol = "\n";
    // Octets of one line without its end; a longer one is cut, "!" marks the cut, the rest is
    // indented by a blank. 0: any length. A stuffed dot is not counted.
    std::size_t limit = 0;
    bool stuff_dots = false;
    bool escape_from = false;  // ">From "
    bool seven_bit = false;    // the high bit is removed
    bool strip_nul = false;
    // A CR before LF goes away, another becomes a blank: for SMTP, where none may be sent alone.
    bool no_bare_cr = false;
};

class LineWriter {
  public:
    using Sink = std::function<Status(std::string_view)>;

    LineWriter(LineForm form, Sink sink);

    // Text in pieces of any size. After an Error nothing more may be written.
    [[nodiscard]] Status put(std::string_view text);
    // Completes an unfinished line and hands on what is buffered.
    [[nodiscard]] Status finish();

    // For what follows (headers and body have different forms); between lines only.
    void set_form(LineForm form) { form_ = std::move(form); }
    [[nodiscard]] const LineForm& form() const { return form_; }
    // True when the last line written was empty.
    [[nodiscard]] bool last_line_empty() const { return last_line_empty_; }

  private:
    [[nodiscard]] Status put_line(std::string_view line);
    void put_part(std::string_view part, bool first);
    [[nodiscard]] Status flush();

    LineForm form_;
    Sink sink_;
    std::string unfinished_;
    std::string cleaned_;
    std::string out_;
    bool last_line_empty_ = false;
};

}  // namespace sm
