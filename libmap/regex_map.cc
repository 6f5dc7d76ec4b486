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
    RegexMap(std::string_view spec, const MapEnvironment& environment) : environment_(environment) {
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
                    wanted_ = fields_of(flag->value);
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
        mistake_ = wrong_field(wanted_);
    }
    ~RegexMap() override {
        if (compiles_) ::regfree(&compiled_);
    }
    RegexMap(const RegexMap&) = delete;
    RegexMap& operator=(const RegexMap&) = delete;

    // What is wrong with the K line; empty: nothing.
    [[nodiscard]] const std::string& mistake() const { return mistake_; }

    // The first argument of a rule takes the place of what -s wants.
    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline) override {
        const std::string text = keep_quotes_ ? std::string(key) : strip_quotes(key);
        if (!substrings_ || negate_ || args.empty()) return match(text, wanted_);
        // Nothing given is one field of which nothing is read: 0.
        const std::vector<std::int64_t> wanted = fields_of(args[0].empty() ? "0" : args[0]);
        const std::string mistake = wrong_field(wanted);
        if (mistake.empty() || !hits(text)) return match(text, wanted);
        if (environment_.report) environment_.report(mistake);
        return Value();
    }
    // Without the removal of quotes.
    MapProbe probe(std::string_view key, const MapArgs&, Deadline) override {
        return MapProbe{true, match(std::string(key), wanted_), 0};
    }

  private:
    static std::vector<std::int64_t> fields_of(std::string_view list) {
        std::vector<std::int64_t> out;
        if (list.empty()) return out;
        for (const std::string_view number : split(list, ',')) out.push_back(leading_int(number));
        return out;
    }

    // Which of the fields the pattern does not have; empty: it has them all.
    [[nodiscard]] std::string wrong_field(const std::vector<std::int64_t>& wanted) const {
        const std::size_t fields = compiled_.re_nsub + 1;
        for (const std::int64_t field : wanted) {
            if (field >= 0 && static_cast<std::size_t>(field) < fields) continue;
            return cat("field (", field, ") out of range, only ", fields, " substrings in pattern");
        }
        return {};
    }

    [[nodiscard]] bool hits(const std::string& text) const {
        return ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
    }

    [[nodiscard]] Value match(const std::string& text,
                              const std::vector<std::int64_t>& wanted) const {
        std::array<regmatch_t, 50> matches{};
        const bool hit =
            ::regexec(&compiled_, text.c_str(), matches.size(), matches.data(), 0) == 0;
        if (hit == negate_) return Value();
        MapFlags flags;
        flags.match_only = match_only_;
        flags.append = append_;
        if (negate_ || match_only_ || !substrings_) return Value(form_value(flags, text, "", {}));
        std::string out;
        std::vector<std::int64_t> groups = wanted;
        if (groups.empty()) {
            for (std::size_t i = 0; i <= compiled_.re_nsub; ++i)
                groups.push_back(static_cast<std::int64_t>(i));
        }
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (i > 0) out += joiner_;
            const auto group = static_cast<std::size_t>(groups[i]);
            const regmatch_t& found = matches[std::min(group, matches.size() - 1)];
            if (found.rm_so < 0) continue;
            out += text.substr(static_cast<std::size_t>(found.rm_so),
                               static_cast<std::size_t>(found.rm_eo - found.rm_so));
        }
        return Value(form_value(flags, text, out, {}));
    }

    const MapEnvironment& environment_;
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
    std::vector<std::int64_t> wanted_;
    std::string joiner_ = "$|";
    std::string append_;
};

}  // namespace

std::unique_ptr<Map> make_regex_map(MapFlags flags, const MapEnvironment& environment) {
    auto map = std::make_unique<RegexMap>(flags.rest, environment);
    if (map->mistake().empty()) return map;
    if (environment.warn) environment.warn(map->mistake());
    return make_unopened_map(flags.map_name, "regex");
}

}  // namespace sm
