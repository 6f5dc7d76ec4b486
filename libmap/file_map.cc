#include "libmap/file_map.h"

#include <unistd.h>

#include <cerrno>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::chrono::seconds kLockWait{60};
constexpr std::chrono::milliseconds kPause{1};  // before a file is read again that has changed

// A clock that costs next to nothing; it advances every few milliseconds.
timespec coarse_time() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now;
}

}  // namespace

FileMap::FileMap(MapFlags flags, const MapEnvironment& environment, std::string_view suffix)
    : CommonMap(std::move(flags), environment), path_(this->flags().rest) {
    if (!path_.ends_with(suffix)) path_ += suffix;
}

Status FileMap::open() {
    return refresh(Deadline::never());
}

MapProbe FileMap::probe(std::string_view key, const MapArgs& args, Deadline deadline) {
    if (flags().optional && ::access(path_.c_str(), F_OK) != 0 && errno == ENOENT) {
        return {false, std::nullopt, 0};
    }
    return CommonMap::probe(key, args, deadline);
}

Result<std::optional<std::string>> FileMap::find(std::string_view key, const MapArgs&,
                                                 Deadline deadline) {
    std::optional<Deadline>
        patience;  // the clock is asked only when there is something to wait for
    while (true) {
        const Status ready = refresh(patience.value_or(deadline));
        if (!ready.ok()) {
            if (flags().optional && ready.error().sys_errno == ENOENT) {
                return std::optional<std::string>();
            }
            return ready.error();
        }
        auto answer = find_in_file(key);
        // What was read while somebody wrote is no answer, whatever it says.
        if (is_untouched()) return answer;
        checked_ = {};
        if (!patience) patience = deadline.sooner(Deadline::in(kLockWait));
        if (patience->passed()) {
            return make_error(Exit::kTempFail, cat(path_, ": changes all the time"));
        }
        sleep_for(kPause);
    }
}

Result<std::optional<std::string>> FileMap::find_in_file(std::string_view key) {
    // The first key that is found shows whether the keys of this file end with a null.
    if (plain_keys_) {
        SM_TRY(auto value, get_value(key));
        if (value) null_keys_ = false;
        if (value || !null_keys_) return value;
    }
    if (!null_keys_) return std::optional<std::string>();
    SM_TRY(auto value, get_value(std::string(key) + '\0'));
    if (value) plain_keys_ = false;
    return value;
}

Result<std::optional<std::string>> FileMap::get_value(std::string_view key) {
    SM_TRY(auto value, get(key));
    while (value && !value->empty() && value->back() == '\0') value->pop_back();
    return value;
}

Error FileMap::unavailable(Error error) {
    error.text = cat(type(), " map \"", name(), "\": ",
                     error.sys_errno == ENOENT     ? "missing map file "
                     : error.code == Exit::kNoPerm ? "unsafe map file "
                                                   : "cannot open map file ",
                     error.text.starts_with(path_) ? "" : cat(path_, ": "), error.text);
    error.code = Exit::kTempFail;
    const bool expected = error.sys_errno == ENOENT && (flags().optional || type() == "implicit");
    if (!complained_ && !expected && environment().report) environment().report(error.text);
    complained_ = true;
    return error;
}

// Whether nobody has written to the open file, replaced or removed it since it was opened.
bool FileMap::is_untouched() const {
    struct stat now {};
    return ::fstat(file_.get(), &now) == 0 && same_file_state(now, opened_);
}

// Whether the open file is still the one of that name, and as it was: looked at once per tick of
// the clock, since is_untouched() follows each lookup.
Result<bool> FileMap::is_current() {
    const timespec tick = coarse_time();
    if (loaded_ && tick.tv_sec == checked_.tv_sec && tick.tv_nsec == checked_.tv_nsec) return true;
    if (loaded_ && !is_untouched()) return false;
    struct stat now {};
    if (::stat(path_.c_str(), &now) != 0) return unavailable(os_error(path_, errno));
    checked_ = tick;
    return loaded_ && same_file_state(now, opened_);
}

// The file as it is now is open afterwards. The shared lock is taken on a descriptor of our own
// only while a changed file is being looked at.
Status FileMap::refresh(Deadline deadline) {
    SM_TRY(const bool current, is_current());
    if (current) return {};
    if (loaded_) unload();
    loaded_ = false;
    auto opened = open_for_map(environment(), path_);
    if (!opened.ok()) return unavailable(opened.error());
    UniqueFd lock = std::move(opened).value();
    SM_TRY(const bool locked,
           lock_until(lock.get(), LockMode::kShared, deadline.sooner(Deadline::in(kLockWait))));
    if (!locked) return make_error(Exit::kTempFail, cat(path_, ": is being rebuilt"));
    struct stat held {};
    if (::fstat(lock.get(), &held) != 0) return os_error(path_, errno);
    const Status loaded = load(lock.get());
    // A library may hold a copy of the descriptor, and with it the lock.
    unlock(lock.get());
    if (!loaded.ok()) return unavailable(loaded.error());
    complained_ = false;
    loaded_ = true;
    file_ = std::move(lock);
    opened_ = held;
    plain_keys_ = flags().try_plain;
    null_keys_ = flags().try_null;
    return {};
}

}  // namespace sm
