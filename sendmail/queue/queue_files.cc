#include "sendmail/queue/queue_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <memory>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

class DirectQueueFiles final : public QueueFiles {
  public:
    Result<UniqueFd> open(const std::string& directory, const std::string& name, int flags,
                          mode_t mode) override {
        return open_file(cat(directory, '/', name), flags | O_NOFOLLOW, mode);
    }

    Status link(const std::string& directory, const std::string& from,
                const std::string& to) override {
        const std::string old_path = cat(directory, '/', from);
        const std::string new_path = cat(directory, '/', to);
        if (::link(old_path.c_str(), new_path.c_str()) != 0) return os_error(new_path, errno);
        return {};
    }

    Status rename(const std::string& directory, const std::string& from,
                  const std::string& to) override {
        const std::string old_path = cat(directory, '/', from);
        const std::string new_path = cat(directory, '/', to);
        if (::rename(old_path.c_str(), new_path.c_str()) != 0) return os_error(new_path, errno);
        return {};
    }

    Status unlink(const std::string& directory, const std::string& name) override {
        const std::string path = cat(directory, '/', name);
        if (::unlink(path.c_str()) != 0) return os_error(path, errno);
        return {};
    }

    Status sync_directory(const std::string& directory) override {
        return sm::sync_directory(directory);
    }

    Result<std::vector<std::string>> list(const std::string& directory) override {
        const std::unique_ptr<DIR, CloseDir> dir(::opendir(directory.c_str()));
        if (dir == nullptr) return os_error(directory, errno);
        std::vector<std::string> names;
        for (;;) {
            errno = 0;
            const dirent* entry = ::readdir(dir.get());
            if (entry == nullptr) break;
            const std::string_view name = entry->d_name;
            if (name != "." && name != "..") names.emplace_back(name);
        }
        if (errno != 0) return os_error(directory, errno);
        return names;
    }

    Result<struct stat> stat(const std::string& directory, const std::string& name) override {
        struct stat info {};
        const std::string path = cat(directory, '/', name);
        if (::lstat(path.c_str(), &info) != 0) return os_error(path, errno);
        return info;
    }
};

}  // namespace

QueueFiles& direct_queue_files() {
    static DirectQueueFiles files;
    return files;
}

}  // namespace sm
