#include "libmap/map_builder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "libmap/map_format.h"
#include "libsm/files.h"
#include "libsm/random_id.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::chrono::seconds kLockWait{60};

// Class implicit is what newaliases makes: hash where there is libdb.
Result<const MapFormat*> format_of(std::string_view type) {
    const MapFormat* format = nullptr;
    if (type == "hash" || type == "btree") format = bdb_format();
    if (type == "cdb") format = cdb_format();
    if (type == "lmdb") format = lmdb_format();
    if (type == "implicit") format = bdb_format() != nullptr ? bdb_format() : cdb_format();
    if (format == nullptr) return make_error(Exit::kUnavailable, "Unknown database type");
    return format;
}

std::string file_of(const MapFormat& format, const std::string& path) {
    return path.ends_with(format.suffix) ? path : cat(path, format.suffix);
}

// Two programs that start from the same file would each write it without the other's entries: the
// second waits. The file must still be that of the name when the lock is had. Nothing is held for
// a file that is not there yet.
Result<UniqueFd> lock_existing(const std::string& file) {
    for (;;) {
        auto fd = open_file(file, O_RDONLY);
        if (!fd.ok()) {
            if (fd.error().sys_errno == ENOENT) return UniqueFd();
            return fd.error();
        }
        SM_TRY(const bool locked,
               lock_until(fd->get(), LockMode::kExclusive, Deadline::in(kLockWait)));
        if (!locked) return make_error(Exit::kTempFail, cat(file, " is locked"));
        struct stat held {};
        struct stat named {};
        if (::fstat(fd->get(), &held) == 0 && ::stat(file.c_str(), &named) == 0 &&
            held.st_dev == named.st_dev && held.st_ino == named.st_ino) {
            return std::move(fd).value();
        }
    }
}

// The new file has the owner that was asked for, else that of the old one, where the caller may
// give it away.
void set_owner(const std::string& old_path, int new_fd, const MapBuildOptions& options) {
    if (::geteuid() != 0) return;
    struct stat info {};
    if (::stat(old_path.c_str(), &info) == 0) {
        static_cast<void>(!::fchown(new_fd, info.st_uid, info.st_gid));
    }
    if (options.owner) {
        static_cast<void>(!::fchown(new_fd, *options.owner, static_cast<gid_t>(-1)));
    }
}

class TableBuilder final : public MapBuilder {
  public:
    TableBuilder(const MapFormat& format, std::string_view type, std::string path,
                 ScopedPath temporary, const MapBuildOptions& options, UniqueFd lock)
        : format_(format),
          type_(type),
          path_(std::move(path)),
          lock_(std::move(lock)),
          temporary_(std::move(temporary)),
          options_(options) {}

    Result<Put> put(std::string_view key, std::string_view value) override {
        if (format_.longest_key != 0 && (key.empty() || key.size() > format_.longest_key)) {
            return Put::kBadKey;
        }
        const auto how = options_.duplicates && format_.takes_duplicates ? EntryTable::IfThere::kAdd
                         : options_.replace ? EntryTable::IfThere::kReplace
                                            : EntryTable::IfThere::kRefuse;
        return entries_.put(key, value, how) ? Put::kStored : Put::kDuplicate;
    }

    Result<bool> erase(std::string_view key) override { return entries_.erase(key); }

    Status commit() override {
        SM_CHECK_OK(format_.write(type_, temporary_.path(), entries_, options_));
        SM_TRY(const UniqueFd fd, open_file(temporary_.path(), O_RDONLY));
        SM_CHECK_OK(sync_fd(fd.get(), temporary_.path()));
        if (::rename(temporary_.path().c_str(), path_.c_str()) != 0) {
            return os_error(cat("rename to ", path_), errno);
        }
        temporary_.release();
        return sync_directory(directory_of(path_));
    }

  private:
    const MapFormat& format_;
    std::string type_;
    std::string path_;
    UniqueFd lock_;  // of the file that is started from
    ScopedPath temporary_;
    MapBuildOptions options_;
    EntryTable entries_;
};

Status copy_entries(const MapFormat& format, std::string_view type, const std::string& file,
                    TableBuilder& to) {
    Status copied;
    SM_CHECK_OK(format.for_each(type, file, [&](std::string_view key, std::string_view value) {
        if (!copied.ok()) return;
        auto put = to.put(key, value);
        if (!put.ok()) copied = put.error();
    }));
    return copied;
}

}  // namespace

Result<std::unique_ptr<MapBuilder>> make_map_builder(std::string_view type, const std::string& path,
                                                     const MapBuildOptions& wanted) {
    SM_TRY(const MapFormat* format, format_of(type));
    const std::string file = file_of(*format, path);
    MapBuildOptions options = wanted;
    UniqueFd lock;
    if (options.keep_old) {
        SM_TRY(lock, lock_existing(file));
    }
    const bool copy = lock.valid();
    if (copy) {
        SM_TRY(const bool duplicates, format->has_duplicates(type, file));
        options.duplicates = options.duplicates || duplicates;
    }
    const std::string name = cat(file, ".", random_name(8), ".tmp");
    const mode_t old_mask = ::umask(0);
    auto made = open_file(name, O_RDWR | O_CREAT | O_EXCL, options.mode);
    ::umask(old_mask);
    if (!made.ok()) return os_error(file, made.error().sys_errno);
    ScopedPath temporary(name);
    set_owner(file, made->get(), options);
    auto builder = std::make_unique<TableBuilder>(*format, type, file, std::move(temporary),
                                                  options, std::move(lock));
    if (copy) SM_CHECK_OK(copy_entries(*format, type, file, *builder));
    return std::unique_ptr<MapBuilder>(std::move(builder));
}

std::string map_file_name(std::string_view type, const std::string& path) {
    const auto format = format_of(type);
    return format.ok() ? file_of(**format, path) : path;
}

Result<bool> map_has_duplicates(std::string_view type, const std::string& path) {
    SM_TRY(const MapFormat* format, format_of(type));
    return format->has_duplicates(type, file_of(*format, path));
}

Status for_each_entry(std::string_view type, const std::string& path, const EntryVisitor& visit) {
    SM_TRY(const MapFormat* format, format_of(type));
    return format->for_each(type, file_of(*format, path), visit);
}

Result<std::optional<std::string>> find_entry(std::string_view type, const std::string& path,
                                              std::string_view key) {
    SM_TRY(const MapFormat* format, format_of(type));
    return format->find(type, file_of(*format, path), key);
}

std::vector<std::string_view> buildable_map_types() {
    std::vector<std::string_view> out;
    for (const std::string_view type : {"hash", "btree", "cdb", "lmdb", "implicit"}) {
        if (format_of(type).ok()) out.push_back(type);
    }
    return out;
}

}  // namespace sm
