// HeaderScan: finds the end of the header section of a message that arrives in pieces, and cuts
// it into fields (RFC 5322 section 2.2, tolerant as a mail server must be). No I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sm {

struct ScannedField {
    std::string_view name;
    std::string_view value;  // behind the colon: leading blank, inner line feeds and all
};

class HeaderScan {
  public:
    // A first line "From ..." of a mailbox file is skipped.
    explicit HeaderScan(bool skip_from_line) : skip_from_line_(skip_from_line) {}

    // text: everything read so far, lines ended by LF. True: the header section is complete; its
    // end and the start of the body are known. at_end: no more text will come.
    bool scan(std::string_view text, bool at_end);

    // Octets of the header section, the empty line not included.
    [[nodiscard]] std::size_t header_size() const { return header_end_; }
    // Where the body begins: behind the empty line, or at the first line that is no field.
    [[nodiscard]] std::size_t body_start() const { return body_start_; }

    // Fields of the header section of the text last scanned; views into it.
    [[nodiscard]] std::vector<ScannedField> fields(std::string_view text) const;

  private:
    bool skip_from_line_;
    std::size_t at_ = 0;  // start of the line to be looked at next
    bool any_field_ = false;
    std::vector<std::size_t> starts_;  // of fields
    std::size_t header_end_ = 0;
    std::size_t body_start_ = 0;
};

// Length of the field name when `line` is "name:" or "name :"; 0 when it is no field.
[[nodiscard]] std::size_t field_name_length(std::string_view line);

}  // namespace sm
