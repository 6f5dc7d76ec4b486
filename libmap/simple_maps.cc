// Classes that need nothing from outside the program: macro, arith, dequote, null, sequence, host,
// user, text, regex.
#include <pwd.h>
#include <regex.h>

#include <algorithm>
#include <array>
#include <set>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/parse_number.h"
#include "libsm/random_id.h"
#include "libsm/strings.h"
#include "libsm/trace.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

class StorageMap final : public Map {
  public:
    explicit StorageMap(const MapEnvironment& environment) : environment_(environment) {}
    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline) override {
        std::string_view name = key;
        if (name.starts_with('{') && name.ends_with('}') && name.size() > 2) {
            name = name.substr(1, name.size() - 2);
        }
        environment_.set_macro(name, args.empty() ? nullptr : &args.front());
        return Value("");
    }

  private:
    const MapEnvironment& environment_;
};

class ArithMap final : public Map {
  public:
    [[nodiscard]] int absent_status() const override { return absent_; }
    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline) override {
        const std::string op(trim(key));
        absent_ = kUnknownOperator;
        if (args.size() < 2) return Value();
        const std::int64_t a = leading_int(args[0]);
        const std::int64_t b = leading_int(args[1]);
        if (op == "+") return Value(cat(a + b));
        if (op == "-") return Value(cat(a - b));
        if (op == "*") return Value(cat(a * b));
        if (op == "/" || op == "%") {
            absent_ = 0;
            if (b == 0) return Value();
            return Value(cat(op == "/" ? a / b : a % b));
        }
        if (op == "|") return Value(cat(a | b));
        if (op == "&") return Value(cat(a & b));
        if (op == "l") return Value(a < b ? "TRUE" : "FALSE");
        if (op == "=") return Value(a == b ? "TRUE" : "FALSE");
        if (op == "r") {
            const std::int64_t low = std::min(a, b);
            const auto span = static_cast<std::uint64_t>(std::max(a, b) - low) + 1;
            return Value(cat(low + static_cast<std::int64_t>(random_number() % span)));
        }
        return Value();
    }

  private:
    static constexpr int kUnknownOperator = 78;
    int absent_ = kUnknownOperator;
};

class NullMap final : public Map {
  public:
    Result<Value> lookup(std::string_view, const MapArgs&, Deadline) override { return Value(); }
};

class DequoteMap final : public Map {
  public:
    DequoteMap(MapFlags flags, const MapEnvironment& environment)
        : flags_(std::move(flags)), environment_(environment) {}
    Result<Value> lookup(std::string_view key, const MapArgs&, Deadline) override {
        std::string out;
        std::size_t quotes = 0;
        bool escaped = false;
        for (char c : key) {
            if (c == '"' && !escaped) {
                ++quotes;
                continue;
            }
            const bool plain_blank = c == ' ' && !escaped;
            escaped = c == '\\' && !escaped;
            if (plain_blank) {
                if (flags_.space_substitute == '\0') return Value();
                c = flags_.space_substitute;
            }
            out += c;
        }
        if (quotes == 0 || quotes % 2 != 0) return Value();
        if (environment_.scans_cleanly && !environment_.scans_cleanly(out)) return Value();
        return Value(form_plain_value(flags_, out, out));
    }

  private:
    MapFlags flags_;
    const MapEnvironment& environment_;
};

class HostMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return 68; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        if (!environment().canonify) return Value();
        auto answer = environment().canonify(key, deadline);
        if (tracing(Trace::kTrace, 1)) trace_answer(key, answer);
        return answer;
    }

  private:
    void trace_answer(std::string_view key, const Result<Value>& answer) {
        const bool again = !traced_.insert(lower(key)).second;
        std::string line = cat("host_map_lookup(", key, ") => ", again ? "CACHE " : "");
        if (!answer.ok()) {
            line += "FAIL (2)";
        } else if (answer.value().has_value()) {
            append(line, again ? "" : "FOUND ", *answer.value());
        } else {
            line += again ? "NULL" : "FAIL (1)";
        }
        trace_line(line);
    }
    std::set<std::string> traced_;
};

class UserMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return 67; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline) override {
        const std::string name(key);
        std::array<char, 16384> memory{};
        passwd entry{};
        passwd* found = nullptr;
        const int number = ::getpwnam_r(name.c_str(), &entry, memory.data(), memory.size(), &found);
        if (found == nullptr) {
            if (number != 0) return make_error(Exit::kTempFail, "account database");
            return Value();
        }
        const std::string& column = flags().value_column;
        if (column.empty() || column == "name" || column == "1") return Value(entry.pw_name);
        if (column == "passwd" || column == "2") return Value("x");
        if (column == "uid" || column == "3") return Value(cat(entry.pw_uid));
        if (column == "gid" || column == "4") return Value(cat(entry.pw_gid));
        if (column == "gecos" || column == "5") return Value(entry.pw_gecos);
        if (column == "dir" || column == "6") return Value(entry.pw_dir);
        if (column == "shell" || column == "7") return Value(entry.pw_shell);
        return Value();
    }
};

class SequenceMap final : public Map {
  public:
    [[nodiscard]] int absent_status() const override { return 68; }
    SequenceMap(MapFlags flags, const MapEnvironment& environment)
        : flags_(std::move(flags)), environment_(environment) {}
    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline deadline) override {
        for (const std::string_view name : split_words(flags_.rest)) {
            Map* member = environment_.find_map(name);
            if (member == nullptr) continue;
            SM_TRY(Value value, member->lookup(key, args, deadline));
            if (value) return Value(*value + flags_.append);
        }
        return Value();
    }

  private:
    MapFlags flags_;
    const MapEnvironment& environment_;
};

class TextMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return 68; }
    [[nodiscard]] std::vector<std::string> files() const override { return {flags().rest}; }

  private:
    bool complained_ = false;
    Result<std::string> read_text() {
        auto fd = open_for_map(environment(), flags().rest);
        if (fd.ok()) return read_all(fd->get());
        Error error = std::move(fd).error();
        if (error.code == Exit::kNoPerm || error.sys_errno == ENOENT) {
            error.text = cat("text map \"", name(), "\": unsafe map file ", flags().rest);
            if (!complained_ && !flags().optional && environment().report) {
                environment().report(error.text);
            }
            complained_ = true;
        }
        return error;
    }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline) override {
        auto text = read_text();
        if (!text.ok()) {
            if (flags().optional) return Value();
            return make_error(Exit::kTempFail, text.error().text);
        }
        const auto key_column = static_cast<std::size_t>(leading_int(flags().key_column));
        const auto value_column = flags().value_column.empty()
                                      ? std::size_t{1}
                                      : static_cast<std::size_t>(leading_int(flags().value_column));
        for (const std::string_view line : split(*text, '\n')) {
            std::vector<std::string_view> columns;
            if (flags().delimiter) {
                columns = split(line, *flags().delimiter);
            } else {
                columns = split_words(line);
            }
            if (columns.size() <= std::max(key_column, value_column)) continue;
            const std::string_view found = columns[key_column];
            if (flags().fold ? iequals(found, key) : found == key) {
                return Value(columns[value_column]);
            }
        }
        return Value();
    }
};

class RegexMap final : public Map {
  public:
    RegexMap(std::string_view spec, const MapEnvironment&) {
        while (auto flag = next_map_flag(spec)) {
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
                    for (const std::string_view number : split(flag->value, ',')) {
                        if (number.empty()) continue;
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
                default:
                    break;
            }
        }
        pattern_ = spec;
        int how = basic_ ? 0 : REG_EXTENDED;
        if (!case_sensitive_) how |= REG_ICASE;
        usable_ = ::regcomp(&compiled_, pattern_.c_str(), how) == 0;
    }
    ~RegexMap() override {
        if (usable_) ::regfree(&compiled_);
    }
    RegexMap(const RegexMap&) = delete;
    RegexMap& operator=(const RegexMap&) = delete;

    Result<Value> lookup(std::string_view key, const MapArgs&, Deadline) override {
        if (!usable_) return Value();
        const std::string text(key);
        std::array<regmatch_t, 50> matches{};
        const bool hit =
            ::regexec(&compiled_, text.c_str(), matches.size(), matches.data(), 0) == 0;
        if (hit == negate_) return Value();
        MapFlags flags;
        flags.match_only = match_only_;
        flags.append = append_;
        if (negate_ || match_only_ || !substrings_) return Value(form_value(flags, key, "", {}));
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
        return Value(form_value(flags, key, out, {}));
    }

  private:
    regex_t compiled_{};
    std::string pattern_;
    bool usable_ = false;
    bool negate_ = false;
    bool case_sensitive_ = false;
    bool basic_ = false;
    bool match_only_ = false;
    bool substrings_ = false;
    std::vector<std::size_t> wanted_;
    std::string joiner_ = "$|";
    std::string append_;
};

}  // namespace

std::unique_ptr<Map> make_macro_map(MapFlags, const MapEnvironment& environment) {
    return std::make_unique<StorageMap>(environment);
}
std::unique_ptr<Map> make_arith_map(MapFlags, const MapEnvironment&) {
    return std::make_unique<ArithMap>();
}
std::unique_ptr<Map> make_dequote_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<DequoteMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_host_map(MapFlags flags, const MapEnvironment& environment) {
    flags.fold = false;  // names are compared without case anyway, and shown as they came
    return std::make_unique<HostMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_user_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<UserMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_sequence_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<SequenceMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_null_map(MapFlags, const MapEnvironment&) {
    return std::make_unique<NullMap>();
}
std::unique_ptr<Map> make_text_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<TextMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_regex_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<RegexMap>(flags.rest, environment);
}

}  // namespace sm
