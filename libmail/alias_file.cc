#include "libmail/alias_file.h"

#include "libsm/strings.h"

namespace sm {
namespace {

// Where the name ends: the first colon outside double quotes.
std::size_t colon_of(std::string_view text) {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            quoted = !quoted;
        } else if (text[i] == ':' && !quoted) {
            return i;
        }
    }
    return std::string_view::npos;
}

AliasLine cut(std::string text, std::size_t line) {
    AliasLine out;
    out.line = line;
    out.stray = text.front() == ' ' || text.front() == '\t';
    const std::size_t colon = colon_of(text);
    out.has_colon = colon != std::string_view::npos;
    out.name = trim(std::string_view(text).substr(0, colon));
    if (out.has_colon) out.value = trim_left(std::string_view(text).substr(colon + 1));
    out.text = std::move(text);
    return out;
}

// Physical lines, put together.
class Joiner {
  public:
    explicit Joiner(std::string_view text) : rest_(text) {}

    // False: there are no more.
    bool next(std::string& line) {
        if (rest_.empty()) return false;
        line.clear();
        bool ended = append_line(line);
        while (!rest_.empty()) {
            if (ended && line.ends_with('\\')) {
                line.pop_back();
            } else if (rest_.front() != ' ' && rest_.front() != '\t') {
                break;
            }
            ended = append_line(line);
        }
        if (ended && line.ends_with('\\')) line.pop_back();
        return true;
    }
    [[nodiscard]] std::size_t number() const { return number_; }

  private:
    // Whether the line has an end.
    bool append_line(std::string& line) {
        ++number_;
        const std::size_t end = rest_.find('\n');
        std::string_view one = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        if (one.ends_with('\r')) one.remove_suffix(1);
        line += one;
        return end != std::string_view::npos;
    }

    std::string_view rest_;
    std::size_t number_ = 0;
};

}  // namespace

std::vector<AliasLine> parse_alias_file(std::string_view text) {
    std::vector<AliasLine> out;
    Joiner lines(text);
    std::string line;
    while (lines.next(line)) {
        if (!line.empty() && line.front() != '#')
            out.push_back(cut(std::move(line), lines.number()));
    }
    return out;
}

}  // namespace sm
