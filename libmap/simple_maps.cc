// Small classes: macro, arith, dequote, null, fail, host, arpa.
#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <set>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
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

// As in C: "0x" and "0" begin other bases; what is no number is 0.
std::int64_t operand(const std::string& text) {
    return std::strtoll(text.c_str(), nullptr, 0);
}

std::uint64_t unsigned_of(std::int64_t number) {
    return static_cast<std::uint64_t>(number);
}

std::string wrapped(std::uint64_t number) {
    return cat(static_cast<std::int64_t>(number));
}

class ArithMap final : public Map {
  public:
    [[nodiscard]] int absent_status() const override { return absent_; }
    Result<Value> lookup(std::string_view key, const MapArgs& args, Deadline) override {
        const std::string_view op = key.substr(0, 1);
        absent_ = kUnknownOperator;
        if (args.size() < 2) return Value();
        const std::int64_t a = operand(args[0]);
        const std::int64_t b = operand(args[1]);
        if (op == "+") return Value(wrapped(unsigned_of(a) + unsigned_of(b)));
        if (op == "-") return Value(wrapped(unsigned_of(a) - unsigned_of(b)));
        if (op == "*") return Value(wrapped(unsigned_of(a) * unsigned_of(b)));
        if (op == "/" || op == "%") {
            absent_ = 0;
            if (b == 0) return Value();
            if (b == -1) return Value(op == "/" ? wrapped(0 - unsigned_of(a)) : "0");
            return Value(cat(op == "/" ? a / b : a % b));
        }
        if (op == "|") return Value(cat(a | b));
        if (op == "&") return Value(cat(a & b));
        if (op == "l") return Value(a < b ? "TRUE" : "FALSE");
        if (op == "=") return Value(a == b ? "TRUE" : "FALSE");
        if (op == "r") {
            const std::int64_t low = std::min(a, b);
            const std::uint64_t span = unsigned_of(std::max(a, b)) - unsigned_of(low);
            const std::uint64_t more =
                span == UINT64_MAX ? random_number() : random_number() % (span + 1);
            return Value(wrapped(unsigned_of(low) + more));
        }
        return Value();
    }

  private:
    static constexpr int kUnknownOperator = 78;
    int absent_ = kUnknownOperator;
};

class NullMap final : public Map {
  public:
    [[nodiscard]] int absent_status() const override { return 68; }
    Result<Value> lookup(std::string_view, const MapArgs&, Deadline) override { return Value(); }
};

// Every lookup is one that cannot tell: for tests of what a configuration does then.
class FailMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;

  protected:
    Result<Value> find(std::string_view, const MapArgs&, Deadline) override {
        return make_error(Exit::kTempFail, cat("map ", name(), " of class fail: ", flags().rest));
    }
};

// The labels of an address, last first, as they stand in front of in-addr.arpa or ip6.arpa.
class ArpaMap final : public CommonMap {
  public:
    using CommonMap::CommonMap;
    [[nodiscard]] int absent_status() const override { return 65; }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline) override {
        constexpr std::string_view kPrefix = "ipv6:";
        const bool six = istarts_with(key, kPrefix);
        const std::string text(six ? key.substr(kPrefix.size()) : key);
        std::array<unsigned char, 16> octets{};
        if (::inet_pton(six ? AF_INET6 : AF_INET, text.c_str(), octets.data()) != 1) return Value();
        std::string out;
        for (std::size_t i = six ? octets.size() : 4; i-- > 0;) {
            if (!out.empty()) out += '.';
            constexpr std::string_view kDigits = "0123456789abcdef";
            if (six) {
                append(out, kDigits[octets[i] & 15U], '.', kDigits[octets[i] >> 4U]);
            } else {
                append(out, static_cast<unsigned>(octets[i]));
            }
        }
        return Value(out);
    }
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
    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        if (flags().skip_deferred && deferred_failure(environment())) {
            return MapProbe{true, std::nullopt, static_cast<int>(Exit::kTempFail)};
        }
        return CommonMap::probe(key, args, deadline);
    }

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
std::unique_ptr<Map> make_fail_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<FailMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_arpa_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<ArpaMap>(std::move(flags), environment);
}
std::unique_ptr<Map> make_null_map(MapFlags, const MapEnvironment&) {
    return std::make_unique<NullMap>();
}

}  // namespace sm
