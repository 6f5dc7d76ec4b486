// Class socket: a client of the socketmap protocol. The question "NAME KEY" and the answer
// "STATUS DATA" travel as netstrings; STATUS is OK, NOTFOUND, TEMP, TIMEOUT or PERM.
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/byte_stream.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

constexpr std::size_t kMaxReply = 100000;
constexpr int kHostUnknown = 68;
constexpr int kUnavailable = 69;
constexpr int kProtocolError = 76;

// Reads netstrings from a stream.
class NetstringReader {
  public:
    NetstringReader(ByteStream& stream, Deadline deadline) : stream_(stream), deadline_(deadline) {}

    // True once a part of the reply was seen.
    [[nodiscard]] bool begun() const { return begun_; }

    // The text of the error is what is wrong with the reply; "" when the connection is.
    Result<std::string> read() {
        std::size_t length = 0;
        int digits = 0;
        while (true) {
            SM_TRY(const char one, octet());
            if (one == ':' && digits > 0) break;
            if (!is_digit(one) || ++digits > 9) {
                return wrong("failed to read length parameter of reply");
            }
            length = length * 10 + static_cast<std::size_t>(one - '0');
        }
        if (length > kMaxReply) return wrong(cat("reply too long: ", length));
        SM_TRY(std::string text, octets(length));
        if (text.size() < length) {
            return wrong(cat("received only ", text.size(), " of ", length, " reply characters"));
        }
        SM_TRY(const char end, octet());
        if (end != ',') return wrong("missing ',' in reply");
        return text;
    }

  private:
    static Error wrong(std::string text) { return make_error(Exit::kTempFail, std::move(text)); }

    Result<char> octet() {
        char one = '\0';
        const auto got = stream_.read(&one, 1, deadline_);
        if (!got.ok() || *got == 0) return wrong("");
        begun_ = true;
        return one;
    }

    // Up to `count` octets, fewer at the end of the stream only.
    Result<std::string> octets(std::size_t count) {
        std::string out(count, '\0');
        std::size_t have = 0;
        while (have < count) {
            const auto got = stream_.read(out.data() + have, count - have, deadline_);
            if (!got.ok()) return wrong("");
            if (*got == 0) break;
            have += *got;
            begun_ = true;
        }
        out.resize(have);
        return out;
    }

    ByteStream& stream_;
    Deadline deadline_;
    bool begun_ = false;
};

class SocketMap final : public CommonMap {
  public:
    SocketMap(MapFlags flags, const MapEnvironment& environment, int timeout)
        : CommonMap(std::move(flags), environment), timeout_(timeout) {}
    [[nodiscard]] int absent_status() const override { return absent_; }
    [[nodiscard]] std::string unix_socket() const override {
        const std::string_view spec = flags().rest;
        const std::size_t colon = spec.find(':');
        if (colon == spec.npos) return std::string(spec);
        const std::string_view kind = spec.substr(0, colon);
        if (!iequals(kind, "unix") && !iequals(kind, "local")) return {};
        return std::string(spec.substr(colon + 1));
    }

    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        auto stored = find(fold_key(flags(), key), args, deadline);
        if (!stored.ok()) {
            const std::string& text = stored.error().text;
            if (!text.empty() && environment().report) environment().report(text);
            return {true, std::nullopt, static_cast<int>(stored.error().code)};
        }
        if (!stored->has_value()) return {!unreachable_, std::nullopt, absent_status()};
        return {true, form_value(flags(), key, **stored, args), 0};
    }

  protected:
    Result<Value> find(std::string_view key, const MapArgs&, Deadline deadline) override {
        if (timeout_ > 0) deadline = deadline.sooner(Deadline::in(std::chrono::seconds(timeout_)));
        const std::string request = cat(name(), ' ', key);
        const bool reused = connected();
        bool begun = false;
        auto reply = ask(request, begun, deadline);
        // A connection that the server closed meanwhile is opened again, once.
        if (!reply.ok() && reused && !begun && !deadline.passed()) {
            reply = ask(request, begun, deadline);
        }
        absent_ = kHostUnknown;
        unreachable_ = !reply.ok() && !connected() && !begun;
        if (!reply.ok()) {
            if (unreachable_ && flags().optional) return Value();
            return std::move(reply).error();
        }
        return understand(*reply);
    }

  private:
    // A connection that another process made stays that process's.
    [[nodiscard]] bool connected() const { return stream_ != nullptr && owner_ == ::getpid(); }

    Result<std::string> ask(const std::string& request, bool& begun, Deadline deadline) {
        if (!connected()) {
            stream_.reset();
            if (!environment().connect_to) return make_error(Exit::kTempFail, "no network");
            auto made = environment().connect_to(flags().rest, deadline);
            if (!made.ok()) {
                const std::string& text = made.error().text;
                return make_error(Exit::kTempFail,
                                  text.empty() ? "" : cat("socket map \"", name(), "\": ", text));
            }
            stream_ = std::make_unique<FdStream>(std::move(made).value());
            owner_ = ::getpid();
        }
        NetstringReader reader(*stream_, deadline);
        Result<std::string> reply = make_error(Exit::kTempFail, "");
        if (stream_->write(cat(request.size(), ':', request, ','), deadline).ok()) {
            reply = reader.read();
        }
        begun = reader.begun();
        if (reply.ok()) return reply;
        stream_.reset();
        const std::string& text = reply.error().text;
        return make_error(Exit::kTempFail,
                          text.empty() ? "" : cat("socket_map_lookup(", name(), "): ", text));
    }

    Result<Value> understand(const std::string& reply) {
        const std::size_t blank = reply.find(' ');
        const std::string_view status = std::string_view(reply).substr(0, blank);
        if (status == "OK") return Value(blank == reply.npos ? "" : reply.substr(blank + 1));
        if (status == "NOTFOUND") return Value();
        if (status == "TEMP" || status == "TIMEOUT") return make_error(Exit::kTempFail, "");
        absent_ = status == "PERM" ? kUnavailable : kProtocolError;
        return Value();
    }

    int timeout_;  // seconds; 0: the caller's deadline alone
    std::unique_ptr<FdStream> stream_;
    pid_t owner_ = -1;
    int absent_ = kHostUnknown;
    bool unreachable_ = false;
};

}  // namespace

std::unique_ptr<Map> make_socket_map(MapFlags given, const MapEnvironment& environment) {
    MapFlags flags;
    int timeout = 0;
    std::string_view rest = given.rest;
    const auto warn = [&](const std::string& text) {
        if (environment.warn) environment.warn(text);
    };
    const auto read_flags = [&] {
        while (const auto flag = next_map_flag(rest)) {
            if (flag->letter == 'd') {
                timeout = static_cast<int>(std::max<std::int64_t>(0, leading_int(flag->value)));
            } else if (!set_map_flag(flags, *flag)) {
                warn(cat("Illegal option ", flag->letter, " map ", given.map_name));
            }
        }
    };
    read_flags();
    flags.rest = std::string(next_word(rest));
    read_flags();
    if (flags.rest.empty()) {
        warn(cat("No file name for socket map ", given.map_name));
        return make_unopened_map(given.map_name, "socket");
    }
    return std::make_unique<SocketMap>(std::move(flags), environment, timeout);
}

}  // namespace sm
