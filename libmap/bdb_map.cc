// Classes hash and btree: Berkeley DB files, read without an environment (pread only, good across
// fork). A file that is replaced is opened anew; one that is being rebuilt in place is waited for.
#include <db.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <ctime>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct DbCloser {
    void operator()(DB* db) const { db->close(db, 0); }
};

constexpr std::chrono::seconds kLockWait{60};

// The library opens files by name, with the rights of this process. While an object of this class
// lives, it gets a copy of a descriptor that somebody with more rights opened.
struct Lent {
    int fd = -1;
    const char* path = nullptr;
};
Lent& lent() {
    static Lent now;
    return now;
}

extern "C" int sm_open_for_db(const char* path, int flags, ...) {
    if (lent().fd >= 0 && std::strcmp(path, lent().path) == 0) {
        // A file description of its own would need the rights. The copies share their offset:
        // every open begins at 0 as the library expects, and lookups read at positions.
        if (::lseek(lent().fd, 0, SEEK_SET) != 0) return -1;
        return ::fcntl(lent().fd, F_DUPFD_CLOEXEC, 0);
    }
    std::va_list rest;
    va_start(rest, flags);
    const int mode = va_arg(rest, int);
    va_end(rest);
    return ::open(path, flags | O_CLOEXEC, mode);
}

class LendDescriptor {
  public:
    LendDescriptor(int fd, const std::string& path) {
        lent() = {fd, path.c_str()};
        ::db_env_set_func_open(sm_open_for_db);
    }
    ~LendDescriptor() { lent() = {}; }
    LendDescriptor(const LendDescriptor&) = delete;
    LendDescriptor& operator=(const LendDescriptor&) = delete;
};

bool same_time(const timespec& a, const timespec& b) {
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Neither written to nor (its link count and change time tell) renamed or removed.
bool same_file(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           a.st_nlink == b.st_nlink && same_time(a.st_mtim, b.st_mtim) &&
           same_time(a.st_ctim, b.st_ctim);
}

// A clock that costs next to nothing; it advances every few milliseconds.
timespec coarse_time() {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now;
}

class BdbMap final : public CommonMap {
  public:
    BdbMap(MapFlags flags, const MapEnvironment& environment, DBTYPE type)
        : CommonMap(std::move(flags), environment), type_(type) {
        path_ = this->flags().rest;
        if (!path_.ends_with(".db")) path_ += ".db";
    }

    Status open() override { return refresh(Deadline::in(kLockWait)); }
    [[nodiscard]] std::vector<std::string> files() const override { return {path_}; }
    [[nodiscard]] int absent_status() const override { return 0; }

  protected:
    Result<std::optional<std::string>> find(std::string_view key, const MapArgs&,
                                            Deadline deadline) override {
        const Status ready = refresh(deadline.sooner(Deadline::in(kLockWait)));
        if (!ready.ok()) {
            if (flags().optional && ready.error().sys_errno == ENOENT) {
                return std::optional<std::string>();
            }
            return ready.error();
        }
        // The first key that is found shows whether the keys of this file end with a null.
        if (plain_keys_) {
            SM_TRY(auto value, get(key));
            if (value) null_keys_ = false;
            if (value || !null_keys_) return value;
        }
        if (!null_keys_) return std::optional<std::string>();
        SM_TRY(auto value, get(std::string(key) + '\0'));
        if (value) plain_keys_ = false;
        return value;
    }

  private:
    Result<std::optional<std::string>> get(std::string_view key) {
        DBT wanted{};
        DBT found{};
        wanted.data = const_cast<char*>(key.data());
        wanted.size = static_cast<u_int32_t>(key.size());
        const int code = db_->get(db_.get(), nullptr, &wanted, &found, 0);
        if (code == DB_NOTFOUND) return std::optional<std::string>();
        if (code != 0) {
            return make_error(Exit::kTempFail, cat(path_, ": ", ::db_strerror(code)));
        }
        std::string value(static_cast<const char*>(found.data), found.size);
        while (!value.empty() && value.back() == '\0') value.pop_back();
        return std::optional(std::move(value));
    }

    [[nodiscard]] Error unavailable(Error error) {
        error.text = cat(type(), " map \"", name(), "\": ",
                         error.sys_errno == ENOENT     ? "missing map file "
                         : error.code == Exit::kNoPerm ? "unsafe map file "
                                                       : "cannot open map file ",
                         error.text.starts_with(path_) ? "" : cat(path_, ": "), error.text);
        error.code = Exit::kTempFail;
        const bool expected = flags().optional && error.sys_errno == ENOENT;
        if (!complained_ && !expected && environment().report) environment().report(error.text);
        complained_ = true;
        return error;
    }

    // Whether the open file is still the one of that name. The file itself is looked at each
    // time; its name, which a symbolic link may point elsewhere, once per tick of the clock.
    [[nodiscard]] Result<bool> is_current() {
        struct stat now {};
        if (db_ != nullptr && (::fstat(file_.get(), &now) != 0 || !same_file(now, opened_))) {
            return false;
        }
        const timespec tick = coarse_time();
        if (db_ != nullptr && same_time(tick, name_checked_)) return true;
        if (::stat(path_.c_str(), &now) != 0) return unavailable(os_error(path_, errno));
        name_checked_ = tick;
        return db_ != nullptr && same_file(now, opened_);
    }

    // The file as it is now is open afterwards. The shared lock is taken on a descriptor of our
    // own only while a changed file is being looked at.
    Status refresh(Deadline deadline) {
        SM_TRY(const bool current, is_current());
        if (current) return {};
        db_.reset();
        auto opened = open_for_map(environment(), path_);
        if (!opened.ok()) return unavailable(opened.error());
        UniqueFd lock = std::move(opened).value();
        SM_TRY(const bool locked, lock_until(lock.get(), LockMode::kShared, deadline));
        if (!locked) return make_error(Exit::kTempFail, cat(path_, ": is being rebuilt"));
        struct stat held {};
        if (::fstat(lock.get(), &held) != 0) return os_error(path_, errno);
        DB* raw = nullptr;
        int code = ::db_create(&raw, nullptr, 0);
        if (code != 0) return make_error(Exit::kTempFail, cat(path_, ": ", ::db_strerror(code)));
        std::unique_ptr<DB, DbCloser> db(raw);
        db->set_errcall(db.get(), [](const DB_ENV*, const char*, const char*) {});
        {
            const LendDescriptor lend(lock.get(), path_);
            code = db->open(db.get(), nullptr, path_.c_str(), nullptr, type_, DB_RDONLY, 0);
        }
        // The library may hold a copy of the descriptor, and with it the lock.
        unlock(lock.get());
        if (code != 0) {
            return make_error(Exit::kTempFail, cat(path_, ": ", ::db_strerror(code)));
        }
        complained_ = false;
        db_ = std::move(db);
        file_ = std::move(lock);
        opened_ = held;
        plain_keys_ = flags().try_plain;
        null_keys_ = flags().try_null;
        return {};
    }

    DBTYPE type_;
    std::string path_;
    std::unique_ptr<DB, DbCloser> db_;
    UniqueFd file_;
    struct stat opened_ {};
    timespec name_checked_{};
    bool complained_ = false;  // until the file can be opened
    bool plain_keys_ = true;
    bool null_keys_ = true;
};

}  // namespace

std::unique_ptr<Map> make_hash_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<BdbMap>(std::move(flags), environment, DB_HASH);
}

std::unique_ptr<Map> make_btree_map(MapFlags flags, const MapEnvironment& environment) {
    return std::make_unique<BdbMap>(std::move(flags), environment, DB_BTREE);
}

}  // namespace sm
