#include "libmap/alias_text.h"

#include <algorithm>

#include "libsm/strings.h"

namespace sm {
namespace {

std::string_view beginning(const AliasLine& line) {
    return std::string_view(line.text).substr(0, 40);
}

// With the blanks in front of the colon.
std::string_view name_as_written(const AliasLine& line) {
    const std::size_t at = line.text.find(line.name);
    return std::string_view(line.text).substr(0, line.text.find(':', at + line.name.size()));
}

class Taker {
  public:
    Taker(std::string_view path, const AliasTextChecks& checks) : path_(path), checks_(checks) {}

    void take(const AliasLine& line) {
        if (line.text.find('\0') != std::string::npos)
            return refuse(line, "NUL character in an alias");
        if (line.stray) return refuse(line, "Non-continuation line starts with space");
        if (!line.has_colon) return refuse(line, "missing colon");
        if (line.name.empty()) return refuse(line, cat(beginning(line), "... illegal alias name"));
        const Result<std::string> key =
            checks_.key_of ? checks_.key_of(line.name) : Result<std::string>(lower(line.name));
        if (!key.ok()) return refuse(line, key.error().text);
        if (key->empty()) return refuse(line, cat(beginning(line), "... illegal alias name"));
        if (line.value.empty())
            return refuse(line, cat(beginning(line), "... missing value for alias"));
        if (checks_.check_value) checks_.check_value(line);
        if (checks_.warn_of_duplicates && out_.entries.contains(*key)) {
            complain(line, cat(name_as_written(line), "... Warning: duplicate alias name ", *key),
                     false);
        }
        out_.entries[*key] = line.value;
        ++out_.aliases;
        out_.longest = std::max(out_.longest, line.value.size());
        out_.bytes += key->size() + line.value.size();
    }

    [[nodiscard]] AliasText result() { return std::move(out_); }

  private:
    void complain(const AliasLine& line, std::string_view what, bool refused) const {
        if (checks_.complain) {
            checks_.complain(cat(path_, ": line ", line.line, ": ", what), refused);
        }
    }

    void refuse(const AliasLine& line, std::string_view what) {
        complain(line, what, true);
        out_.errors = true;
    }

    std::string_view path_;
    const AliasTextChecks& checks_;
    AliasText out_;
};

}  // namespace

std::string AliasText::totals(std::string_view path) const {
    return cat(path, ": ", aliases, " aliases, longest ", longest, " bytes, ", bytes,
               " bytes total");
}

AliasText read_alias_text(std::string_view text, std::string_view path,
                          const AliasTextChecks& checks) {
    Taker taker(path, checks);
    for (const AliasLine& line : parse_alias_file(text)) taker.take(line);
    return taker.result();
}

}  // namespace sm
