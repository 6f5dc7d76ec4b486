// What reading a configuration complains about, in order, in the words of the classic program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsm/strings.h"

namespace sm {

class Diagnostics {
  public:
    explicit Diagnostics(std::string file) : file_(std::move(file)) {}

    // The line that complaints are about from now on; 0: none (no prefix).
    void set_line(int line) { line_ = line; }
    [[nodiscard]] int line() const { return line_; }

    // "FILE: line N: TEXT"; makes the configuration unusable.
    void error(std::string_view text) {
        ++errors_;
        warning(text);
    }
    // The same text, but the configuration stays usable.
    void warning(std::string_view text) {
        texts_.push_back(line_ > 0 ? cat(file_, ": line ", line_, ": ", text) : std::string(text));
    }
    // Without the prefix.
    void remark(std::string_view text) { texts_.emplace_back(text); }

    [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
    [[nodiscard]] int errors() const { return errors_; }

  private:
    std::string file_;
    int line_ = 0;
    int errors_ = 0;
    std::vector<std::string> texts_;
};

}  // namespace sm
