#include "libmap/map_builder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "libmap/map_format.h"
#include "libmap/staged_file.h"
#include "libsm/files.h"
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

// Where the file is that a link leads to: it is written, the link stays.
std::string end_of_links(const std::string& file) {
    const std::unique_ptr<char, void (*)(void*)> target(::realpath(file.c_str(), nullptr),
                                                        std::free);
    return target ? std::string(target.get()) : file;
}

class TableBuilder final : public MapBuilder {
  public:
    TableBuilder(const MapFormat& format, std::string_view type, StagedFile file,
                 const MapBuildOptions& options, UniqueFd lock)
        : format_(format),
          type_(type),
          lock_(std::move(lock)),
          file_(std::move(file)),
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
        SM_CHECK_OK(format_.write(type_, file_.path(), entries_, options_));
        return file_.put_in_place();
    }

  private:
    const MapFormat& format_;
    std::string type_;
    UniqueFd lock_;  // of the file that is started from
    StagedFile file_;
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
    std::string file = file_of(*format, path);
    if (wanted.follow_links) file = end_of_links(file);
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
    SM_TRY(StagedFile staged, StagedFile::beside(file, options));
    auto builder =
        std::make_unique<TableBuilder>(*format, type, std::move(staged), options, std::move(lock));
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
