#include "vacation/reply_database.h"

#include <cerrno>
#include <cstring>
#include <optional>

#include "libmap/map_builder.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kIntervalKey("__VACATION__INTERVAL__TIMER__\0", 30);
constexpr std::int64_t kWeek = 7 * 86400;

std::string encode(std::int64_t time) {
    std::string out(sizeof time, '\0');
    std::memcpy(out.data(), &time, sizeof time);
    return out;
}

std::int64_t decode(std::string_view value) {
    std::int64_t out = 0;
    if (value.size() == sizeof out) std::memcpy(&out, value.data(), sizeof out);
    return out;
}

MapBuildOptions options(bool keep_old) {
    MapBuildOptions out;
    out.keep_old = keep_old;
    out.replace = true;
    out.cache_octets = 1U << 20;
    return out;
}

}  // namespace

Status ReplyDatabase::initialize(std::optional<std::int64_t> interval) const {
    SM_TRY(const auto builder, make_map_builder("hash", path_, options(false)));
    if (interval) SM_CHECK_OK(builder->put(kIntervalKey, encode(*interval)));
    return builder->commit();
}

Result<bool> ReplyDatabase::is_due(std::string_view address, std::int64_t now) const {
    std::int64_t interval = kWeek;
    std::optional<std::int64_t> last;
    bool excluded = false;
    const std::size_t at = address.rfind('@');
    const std::string_view domain = at == std::string_view::npos ? "" : address.substr(at);
    const Status read =
        for_each_entry("hash", path_, [&](std::string_view key, std::string_view value) {
            const std::int64_t time = decode(value);
            if (key == kIntervalKey) {
                interval = time;
            } else if (iequals(key, address)) {
                last = time;
                excluded = excluded || time == 0;
            } else if (!domain.empty() && iequals(key, domain)) {
                excluded = excluded || time == 0;
            }
        });
    if (!read.ok() && read.error().sys_errno != ENOENT) return read.error();
    if (excluded) return false;
    return !last || (interval != 0 && now >= *last + interval);
}

Status ReplyDatabase::store(const std::vector<std::string>& keys, std::int64_t time) const {
    SM_TRY(const auto builder, make_map_builder("hash", path_, options(true)));
    for (const std::string& key : keys) SM_CHECK_OK(builder->put(key, encode(time)));
    return builder->commit();
}

Status ReplyDatabase::note_answer(std::string_view address, std::int64_t now) const {
    return store({std::string(address)}, now);
}

Status ReplyDatabase::exclude(const std::vector<std::string>& addresses) const {
    return store(addresses, 0);
}

Status ReplyDatabase::list(
    const std::function<void(std::string_view address, std::int64_t time)>& visit) const {
    return for_each_entry("hash", path_, [&](std::string_view key, std::string_view value) {
        if (key != kIntervalKey) visit(key, decode(value));
    });
}

}  // namespace sm
