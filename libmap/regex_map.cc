// Class regex: POSIX regular expressions.
#include <regex.h>

#include <algorithm>
#include <array>

#include "libmap/drivers.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

class RegexMap final : public Map {
  public:
    explicit RegexMap(std::string_view spec) {
        while (auto flag = next_map_flag(spec, "")) {
            switch (flag->letter) {
                case 'n':
                    negate_ = true;
                    break;
                case 'f':
                    case_sensitive_ = true;
                    break;
                case 'b':
                    basic_ = true;
                    break;
                case 's':
                    substrings_ = true;
                    if (flag->value.empty()) break;
                    for (const std::string_view number : split(flag->value, ',')) {
                        wanted_.push_back(static_cast<std::size_t>(leading_int(number)));
                    }
                    break;
                case 'd':
                    joiner_ = flag->value;
                    break;
                case 'a':
                    append_ = flag->value;
                    break;
                case 'm':
                    match_only_ = true;
                    break;
                case 'q':
                    keep_quotes_ = true;
                    break;
                default:
                    break;
            }
        }
        pattern_ = spec;
        int how = basic_ ? 0 : REG_EXTENDED;
        if (!case_sensitive_) how |= REG_ICASE;
        const int code = ::regcomp(&compiled_, pattern_.c_str(), how);
        compiles_ = code == 0;
        if (!compiles_) {
            std::array<char, 256> text{};
            ::regerror(code, &compiled_, text.data(), text.size());
            mistake_ = cat("pattern-compile-error: ", std::string_view(text.data()));
            return;
        }
        const std::size_t fields = compiled_.re_nsub + 1;
        for (const std::size_t field : wanted_) {
            if (field < fields) continue;
            mistake_ =
                cat("field (", field, ") out of range, only ", fields, " substrings in pattern");
        }
    }
    ~RegexMap() override {
        if (compiles_) ::regfree(&compiled_);
    }
    RegexMap(const RegexMap&) = delete;
    RegexMap& operator=(const RegexMap&) = delete;

    // What is wrong with the K line; empty: nothing.
    [[nodiscard]] const std::string& mistake() const { return mistake_; }

    Result<Value> lookup(std::string_view key, const MapArgs&, Deadline) override {
        return match(keep_quotes_ ? std::string(key) : strip_quotes(key));
    }
    // Without the removal of quotes.
    MapProbe probe(std::string_view key, const MapArgs&, Deadline) override {
        return MapProbe{true, match(std::string(key)), 0};
    }

  private:
    [[nodiscard]] Value match(const std::string& text) const {
        std::array<regmatch_t, 50> matches{};
        const bool hit =
            ::regexec(&compiled_, text.c_str(), matches.size(), matches.data(), 0) == 0;
        if (hit == negate_) return Value();
        MapFlags flags;
        flags.match_only = match_only_;
        flags.append = append_;
        if (negate_ || match_only_ || !substrings_) return Value(form_value(flags, text, "", {}));
        std::string out;
        std::vector<std::size_t> groups = wanted_;
        if (groups.empty()) {
            for (std::size_t i = 0; i <= compiled_.re_nsub; ++i) groups.push_back(i);
        }
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (i > 0) out += joiner_;
            const regmatch_t& match = matches[std::min(groups[i], matches.size() - 1)];
            if (match.rm_so < 0) continue;
            out += text.substr(static_cast<std::size_t>(match.rm_so),
                               static_cast<std::size_t>(match.rm_eo - match.rm_so));
        }
        return Value(form_value(flags, text, out, {}));
    }

    regex_t compiled_{};
    std::string pattern_;
    bool compiles_ = false;
    std::string mistake_;
    bool negate_ = false;
    bool case_sensitive_ = false;
    bool basic_ = false;
    bool match_only_ = false;
    bool keep_quotes_ = false;
    bool substrings_ = false;
    std::vector<std::size_t> wanted_;
    std::string joiner_ = "$|";
    std::string append_;
};

}  // namespace

std::unique_ptr<Map> make_regex_map(MapFlags flags, const MapEnvironment& environment) {
    auto map = std::make_unique<RegexMap>(flags.rest);
    if (map->mistake().empty()) return map;
    if (environment.warn) environment.warn(map->mistake());
    return make_unopened_map(flags.map_name, "regex");
}

}  // namespace sm
