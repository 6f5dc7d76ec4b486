#include "libsm/mapped_file.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace sm {

struct MappingRegistry {
    static MappingGuard*& first() {
        static MappingGuard* guards = nullptr;
        return guards;
    }

    // Whether `place` was guarded; what is left of the mapping from its page on is zeros then.
    static bool mend(const char* place) {
        const auto at = reinterpret_cast<std::uintptr_t>(place);
        for (const MappingGuard* guard = first(); guard != nullptr; guard = guard->next_) {
            const auto start = reinterpret_cast<std::uintptr_t>(guard->start_);
            if (at < start || at - start >= guard->size_) continue;
            const auto page = static_cast<std::uintptr_t>(page_size());
            const std::uintptr_t gone = at / page * page;
            return ::mmap(reinterpret_cast<void*>(gone), start + guard->size_ - gone, PROT_READ,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
        }
        return false;
    }

    static long page_size() {
        static const long size = ::sysconf(_SC_PAGESIZE);
        return size;
    }
};

namespace {

// mmap(2) is a system call and no more: it may be made here.
void on_bus_error(int signal, siginfo_t* info, void* /*context*/) {
    const int saved = errno;
    // Somebody else's fault happens again, and ends the process.
    if (!MappingRegistry::mend(static_cast<const char*>(info->si_addr))) {
        ::signal(signal, SIG_DFL);
    }
    errno = saved;
}

void handle_bus_errors() {
    struct sigaction action {};
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace

void MappingGuard::set(const void* start, std::size_t size) {
    clear();
    static_cast<void>(MappingRegistry::page_size());  // known before the first signal
    handle_bus_errors();
    start_ = static_cast<const char*>(start);
    size_ = size;
    next_ = MappingRegistry::first();
    if (next_ != nullptr) next_->previous_ = this;
    MappingRegistry::first() = this;
}

void MappingGuard::clear() {
    if (start_ == nullptr) return;
    (previous_ != nullptr ? previous_->next_ : MappingRegistry::first()) = next_;
    if (next_ != nullptr) next_->previous_ = previous_;
    start_ = nullptr;
    next_ = previous_ = nullptr;
}

Status MappedFile::open(int fd, const std::string& name) {
    close();
    struct stat info {};
    if (::fstat(fd, &info) != 0) return os_error(name, errno);
    if (info.st_size == 0) return {};
    const auto size = static_cast<std::size_t>(info.st_size);
    void* mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED) return os_error(name, errno);
    data_ = static_cast<const unsigned char*>(mapped);
    size_ = size;
    guard_.set(mapped, size);
    return {};
}

void MappedFile::close() {
    if (data_ == nullptr) return;
    guard_.clear();
    ::munmap(const_cast<unsigned char*>(data_), size_);
    data_ = nullptr;
    size_ = 0;
}

}  // namespace sm
