// The message on its way into an mbox: a From_ line in front, "From " at the start of a body line
// behind an empty line escaped with ">", one empty line at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// Collects one message in an unnamed temporary file.
class MessageCopy {
  public:
    // sender: for the From_ line; "" or "<>" becomes MAILER-DAEMON. strip_high_bit: option -7.
    [[nodiscard]] static Result<MessageCopy> begin(std::string_view sender, std::int64_t now,
                                                   bool strip_high_bit);

    // One line without its line end.
    [[nodiscard]] Status add_line(std::string_view line);
    // Ends the message. The descriptor may then be read from its first octet.
    [[nodiscard]] Status finish();
    [[nodiscard]] int fd() const { return file_.get(); }

  private:
    MessageCopy(UniqueFd file, bool strip_high_bit)
        : file_(std::move(file)), strip_high_bit_(strip_high_bit) {}
    [[nodiscard]] Status flush();

    UniqueFd file_;
    std::string pending_;
    bool strip_high_bit_;
    bool first_line_ = true;
    bool after_empty_ = false;
};

}  // namespace sm
