// fault_shim.so: preloaded into a program, counts its calls that change files below given
// directories, and at the N-th one does what a crash or a failing disk does. Where to stop is
// never written into the program: the harness counts the calls of a whole run first.
//
// Environment:
//   FAULT_DIRS   directories, separated by ':'
//   FAULT_STATE  file of 16 octets, shared by all processes: how many calls were made; how often
//                the fault was reached
//   FAULT_AT     number of the call, from 1; 0: count only
//   FAULT_SITE   instead of a number: the first call made from this place (see FAULT_TRACE)
//   FAULT_MODE   kill: this process is killed before the call
//                after: the call is made, then the process is killed
//                ENOSPC EIO EMFILE ENOMEM: the call fails so
//                power: what this process wrote and did not flush is lost (files are cut to their
//                       flushed length), names stay; then it is killed
//                names: as power, and names that were made since the directory was flushed vanish
//   FAULT_TRACE  file to which every counted call is appended: number, pid, call, path, place. The
//                place is a hash of the call and the functions it was made from; it is the same in
//                every run of a binary
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Text = std::string;

template <typename Function>
Function* real(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

struct NameChange {
    Text made;      // path that appeared
    Text old_path;  // rename: where it came from; else ""
    Text backup;    // hard link to the file that was replaced; "" none
};

struct Shim {
    std::vector<Text> dirs;
    std::atomic<std::uint64_t>* count = nullptr;
    std::atomic<std::uint64_t>* reached = nullptr;
    std::uint64_t at = 0;
    std::uint64_t site = 0;
    Text mode;
    int trace = -1;
    std::map<Text, off_t> flushed;    // path -> length known to be on disk
    std::vector<NameChange> changes;  // since the last flush of a directory
    bool ready = false;
};

Shim& shim() {
    static Shim* the_shim = new Shim;  // never destroyed: calls go on during exit
    if (the_shim->ready) return *the_shim;
    the_shim->ready = true;
    const char* dirs = ::getenv("FAULT_DIRS");
    const char* state = ::getenv("FAULT_STATE");
    if (dirs == nullptr || state == nullptr) return *the_shim;
    Text all(dirs);
    for (std::size_t from = 0; from <= all.size();) {
        std::size_t to = all.find(':', from);
        if (to == Text::npos) to = all.size();
        if (to > from) the_shim->dirs.push_back(all.substr(from, to - from));
        from = to + 1;
    }
    const int fd = real<int(const char*, int, ...)>("open")(state, O_RDWR | O_CREAT, 0666);
    if (fd >= 0 && ::ftruncate(fd, 16) == 0) {
        void* memory = ::mmap(nullptr, 16, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (memory != MAP_FAILED) {
            the_shim->count = static_cast<std::atomic<std::uint64_t>*>(memory);
            the_shim->reached = the_shim->count + 1;
        }
    }
    if (fd >= 0) real<int(int)>("close")(fd);
    if (const char* at = ::getenv("FAULT_AT")) the_shim->at = ::strtoull(at, nullptr, 10);
    if (const char* site = ::getenv("FAULT_SITE")) the_shim->site = ::strtoull(site, nullptr, 16);
    if (const char* mode = ::getenv("FAULT_MODE")) the_shim->mode = mode;
    if (const char* trace = ::getenv("FAULT_TRACE")) {
        const int low = real<int(const char*, int, ...)>("open")(
            trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
        the_shim->trace = ::fcntl(low, F_DUPFD_CLOEXEC, 200);
        real<int(int)>("close")(low);
    }
    return *the_shim;
}

bool watched(const Text& path) {
    for (const Text& dir : shim().dirs) {
        if (path.compare(0, dir.size(), dir) == 0 &&
            (path.size() == dir.size() || path[dir.size()] == '/')) {
            return true;
        }
    }
    return false;
}

Text path_of(int fd) {
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    char buffer[4096];
    const ssize_t size = ::readlink(link, buffer, sizeof buffer);
    return size > 0 ? Text(buffer, static_cast<std::size_t>(size)) : Text();
}

Text absolute(const char* path) {
    if (path[0] == '/') return path;
    char buffer[4096];
    return ::getcwd(buffer, sizeof buffer) != nullptr ? Text(buffer) + "/" + path : Text(path);
}

void undo_names() {
    std::vector<NameChange>& changes = shim().changes;
    for (std::size_t i = changes.size(); i-- > 0;) {
        const NameChange& change = changes[i];
        if (!change.old_path.empty()) {
            real<int(const char*, const char*)>("rename")(change.made.c_str(),
                                                          change.old_path.c_str());
        } else {
            real<int(const char*)>("unlink")(change.made.c_str());
        }
        if (!change.backup.empty()) {
            real<int(const char*, const char*)>("rename")(change.backup.c_str(),
                                                          change.made.c_str());
        }
    }
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) ::pause();
}

[[noreturn]] void lose_power() {
    for (const auto& [path, length] : shim().flushed) {
        if (::truncate(path.c_str(), length) != 0) continue;  // has no name any more
    }
    if (shim().mode == "names") undo_names();
    die();
}

int error_number(const Text& mode) {
    if (mode == "ENOSPC") return ENOSPC;
    if (mode == "EIO") return EIO;
    if (mode == "EMFILE") return EMFILE;
    if (mode == "ENOMEM") return ENOMEM;
    return 0;
}

// Hash of the call and of the return addresses in the program itself.
std::uint64_t site_of(const char* call) {
    std::uint64_t hash = 14695981039346656037U;
    const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 1099511628211U; };
    for (const char* c = call; *c != '\0'; ++c) mix(static_cast<unsigned char>(*c));
    Dl_info own{};
    ::dladdr(reinterpret_cast<void*>(&shim), &own);
    void* frames[64];
    const int count = ::backtrace(frames, 64);
    for (int i = 0; i < count; ++i) {
        Dl_info where{};
        if (::dladdr(frames[i], &where) == 0 || where.dli_fbase == own.dli_fbase) continue;
        const std::string_view name(where.dli_fname);
        if (name.find(".so") != std::string_view::npos) continue;
        mix(reinterpret_cast<std::uintptr_t>(frames[i]) -
            reinterpret_cast<std::uintptr_t>(where.dli_fbase));
    }
    return hash;
}

bool is_the_stop(std::uint64_t number, std::uint64_t site) {
    Shim& state = shim();
    const bool here = state.site != 0 ? site == state.site : number == state.at;
    if (!here) return false;
    return state.reached->fetch_add(1) == 0;
}

enum class Verdict { kGo, kFail, kGoAndDie };

// Counts one call; kFail: errno is set and the call must not be made.
Verdict point(const char* call, const Text& path) {
    Shim& state = shim();
    if (state.count == nullptr || !watched(path)) return Verdict::kGo;
    const std::uint64_t number = state.count->fetch_add(1) + 1;
    const bool needs_site = state.trace >= 0 || state.site != 0;
    const std::uint64_t site = needs_site ? site_of(call) : 0;
    if (state.trace >= 0) {
        char line[4400];
        const int size = std::snprintf(line, sizeof line, "%llu %d %s %s %016llx\n",
                                       static_cast<unsigned long long>(number), ::getpid(), call,
                                       path.c_str(), static_cast<unsigned long long>(site));
        real<ssize_t(int, const void*, size_t)>("write")(state.trace, line,
                                                         static_cast<std::size_t>(size));
    }
    if (!is_the_stop(number, site)) return Verdict::kGo;
    if (state.mode == "kill") die();
    if (state.mode == "power" || state.mode == "names") lose_power();
    if (state.mode == "after") return Verdict::kGoAndDie;
    if (const int number_of_error = error_number(state.mode)) {
        errno = number_of_error;
        return Verdict::kFail;
    }
    return Verdict::kGo;
}

bool follows_power() {
    return shim().mode == "power" || shim().mode == "names";
}

// A file that was written and not flushed.
void wrote(const Text& path, off_t length_before) {
    if (follows_power() && watched(path)) shim().flushed.emplace(path, length_before);
}

void made_name(NameChange change) {
    if (follows_power() && watched(change.made)) shim().changes.push_back(std::move(change));
}

// The same file under another name.
void moved(const Text& from, const Text& to, bool keep) {
    auto& flushed = shim().flushed;
    const auto found = flushed.find(from);
    if (found == flushed.end()) {
        flushed.erase(to);
        return;
    }
    const off_t length = found->second;
    if (!keep) flushed.erase(found);
    flushed[to] = length;
}

off_t length_of(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 ? info.st_size : 0;
}

template <typename Call>
auto guarded(const char* name, const Text& path, decltype(std::declval<Call>()()) failed,
             Call call) {
    const Verdict verdict = point(name, path);
    if (verdict == Verdict::kFail) return failed;
    const auto result = call();
    if (verdict == Verdict::kGoAndDie) die();
    return result;
}

bool is_directory(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
}

void flushed_fd(int fd, const Text& path) {
    if (is_directory(fd)) {
        for (const NameChange& change : shim().changes) {
            if (!change.backup.empty()) real<int(const char*)>("unlink")(change.backup.c_str());
        }
        shim().changes.clear();
        return;
    }
    // Every name of this file: a new one may have been linked to it.
    struct stat mine {};
    if (::fstat(fd, &mine) != 0) return;
    auto& flushed = shim().flushed;
    for (auto entry = flushed.begin(); entry != flushed.end();) {
        struct stat other {};
        const bool same = ::stat(entry->first.c_str(), &other) == 0 && other.st_ino == mine.st_ino;
        entry = same || entry->first == path ? flushed.erase(entry) : std::next(entry);
    }
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode =
        (flags & (O_CREAT | O_TMPFILE)) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
    va_end(arguments);
    const auto call = [&] { return real<int(const char*, int, ...)>("open")(path, flags, mode); };
    if ((flags & O_CREAT) == 0) return call();
    const Text full = absolute(path);
    const bool existed = ::access(path, F_OK) == 0;
    const int fd = guarded("open", full, -1, call);
    if (fd >= 0 && !existed) {
        wrote(full, 0);
        made_name({full, "", ""});
    }
    return fd;
}

int open64(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(arguments, int)) : 0;
    va_end(arguments);
    return open(path, flags, mode);
}

ssize_t write(int fd, const void* data, size_t size) {
    const auto call = [&] {
        return real<ssize_t(int, const void*, size_t)>("write")(fd, data, size);
    };
    if (shim().count == nullptr || fd == shim().trace) return call();
    const Text path = path_of(fd);
    if (!watched(path)) return call();
    const off_t before = length_of(fd);
    const ssize_t count = guarded("write", path, ssize_t{-1}, call);
    if (count > 0) wrote(path, before);
    return count;
}

int fsync(int fd) {
    const Text path = path_of(fd);
    const int result = guarded("fsync", path, -1, [&] { return real<int(int)>("fsync")(fd); });
    if (result == 0 && follows_power()) flushed_fd(fd, path);
    return result;
}

int fdatasync(int fd) {
    const Text path = path_of(fd);
    const int result =
        guarded("fdatasync", path, -1, [&] { return real<int(int)>("fdatasync")(fd); });
    if (result == 0 && follows_power()) flushed_fd(fd, path);
    return result;
}

int close(int fd) {
    const auto call = [&] { return real<int(int)>("close")(fd); };
    if (shim().count == nullptr) return call();
    return guarded("close", path_of(fd), -1, call);
}

int link(const char* from, const char* to) {
    const int result = guarded("link", absolute(to), -1, [&] {
        return real<int(const char*, const char*)>("link")(from, to);
    });
    if (result == 0 && follows_power()) {
        moved(absolute(from), absolute(to), true);
        made_name({absolute(to), "", ""});
    }
    return result;
}

int rename(const char* from, const char* to) {
    const auto call = [&] { return real<int(const char*, const char*)>("rename")(from, to); };
    Text backup;
    if (follows_power() && watched(absolute(to)) && ::access(to, F_OK) == 0) {
        backup = absolute(to) + ".replaced";
        real<int(const char*)>("unlink")(backup.c_str());
        real<int(const char*, const char*)>("link")(to, backup.c_str());
    }
    const int result = guarded("rename", absolute(to), -1, call);
    if (result == 0 && follows_power()) {
        moved(absolute(from), absolute(to), false);
        made_name({absolute(to), absolute(from), backup});
    }
    return result;
}

int unlink(const char* path) {
    return guarded("unlink", absolute(path), -1,
                   [&] { return real<int(const char*)>("unlink")(path); });
}

int ftruncate(int fd, off_t length) {
    return guarded("ftruncate", path_of(fd), -1,
                   [&] { return real<int(int, off_t)>("ftruncate")(fd, length); });
}

}  // extern "C"
