#include "sendmail/route/address_list.h"

#include "libsm/strings.h"

namespace sm {
namespace {

// Follows quoting through a list; outside() tells whether the character just fed separates.
class Scanner {
  public:
    void feed(char c) {
        if (escaped_) {
            escaped_ = false;
        } else if (c == '\\') {
            escaped_ = true;
        } else if (c == '"') {
            quoted_ = !quoted_;
        } else if (!quoted_) {
            if (c == '(') ++comment_;
            if (c == ')' && comment_ > 0) --comment_;
            if (comment_ == 0 && c == '<') ++angle_;
            if (comment_ == 0 && c == '>' && angle_ > 0) --angle_;
        }
    }
    [[nodiscard]] bool outside() const {
        return !escaped_ && !quoted_ && comment_ == 0 && angle_ == 0;
    }

  private:
    bool escaped_ = false;
    bool quoted_ = false;
    int comment_ = 0;
    int angle_ = 0;
};

std::vector<std::string> split_at(std::string_view list, std::string_view separators) {
    std::vector<std::string> out;
    Scanner scanner;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= list.size(); ++i) {
        if (i < list.size()) {
            scanner.feed(list[i]);
            const bool separates = separators.find(list[i]) != std::string_view::npos;
            if (!separates || (!scanner.outside() && list[i] != '\n')) continue;
            if (list[i] == '\n') scanner = Scanner();
        }
        const std::string_view item = trim(list.substr(start, i - start));
        if (!item.empty()) out.emplace_back(item);
        start = i + 1;
    }
    return out;
}

}  // namespace

std::vector<std::string> split_addresses(std::string_view list, bool blanks_separate) {
    std::vector<std::string> out = split_at(list, ",\n");
    if (blanks_separate && out.size() == 1 && out[0].find_first_of("(<") == std::string::npos) {
        return split_at(list, " \t\n");
    }
    return out;
}

std::string unquote(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        out += text[i];
    }
    return out;
}

}  // namespace sm
