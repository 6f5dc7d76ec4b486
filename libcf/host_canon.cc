#include "libcf/host_canon.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {

namespace {

// A small text file kept in memory until it changes.
class CachedFile {
  public:
    const std::string& text(const std::string& path) {
        struct stat now {};
        if (::stat(path.c_str(), &now) != 0) {
            text_.clear();
            path_.clear();
            return text_;
        }
        if (path == path_ && now.st_mtim.tv_sec == last_.st_mtim.tv_sec &&
            now.st_mtim.tv_nsec == last_.st_mtim.tv_nsec && now.st_ino == last_.st_ino &&
            now.st_size == last_.st_size) {
            return text_;
        }
        path_ = path;
        last_ = now;
        text_ = read_file(path).value_or(std::string());
        return text_;
    }

  private:
    std::string path_;
    struct stat last_ {};
    std::string text_;
};

// Files are only a cache of what is on disk, valid in any process that has them.
CachedFile& hosts_cache() {
    static CachedFile cache;
    return cache;
}
CachedFile& switch_cache() {
    static CachedFile cache;
    return cache;
}

// The first name on the line that has `name` (as a name, or as the address when by_address).
std::optional<std::string> find_in_hosts(std::string_view text, std::string_view name,
                                         bool by_address) {
    for (std::string_view line : split(text, '\n')) {
        line = line.substr(0, line.find('#'));
        const std::string_view address = next_word(line);
        std::string_view rest = line;
        const std::string_view first = next_word(rest);
        if (first.empty()) continue;
        if (by_address) {
            if (iequals(address, name)) return std::string(first);
            continue;
        }
        for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
            if (iequals(word, name)) return std::string(first);
        }
    }
    return std::nullopt;
}

Result<std::optional<std::string>> ask_resolver(const std::string& host) {
    addrinfo hints{};
    hints.ai_flags = AI_CANONNAME;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* list = nullptr;
    const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (status == EAI_AGAIN) return make_error(Exit::kTempFail, "host name lookup failure");
    if (status != 0 || list == nullptr) return std::optional<std::string>();
    std::optional<std::string> out;
    if (list->ai_canonname != nullptr) out = list->ai_canonname;
    ::freeaddrinfo(list);
    return out;
}

Result<std::optional<std::string>> ask_resolver_by_address(const std::string& address) {
    sockaddr_storage storage{};
    socklen_t size = 0;
    auto* in = reinterpret_cast<sockaddr_in*>(&storage);
    auto* in6 = reinterpret_cast<sockaddr_in6*>(&storage);
    if (::inet_pton(AF_INET, address.c_str(), &in->sin_addr) == 1) {
        in->sin_family = AF_INET;
        size = sizeof(sockaddr_in);
    } else if (::inet_pton(AF_INET6, address.c_str(), &in6->sin6_addr) == 1) {
        in6->sin6_family = AF_INET6;
        size = sizeof(sockaddr_in6);
    } else {
        return std::optional<std::string>();
    }
    std::array<char, NI_MAXHOST> host{};
    const int status = ::getnameinfo(reinterpret_cast<const sockaddr*>(&storage), size,
                                     host.data(), host.size(), nullptr, 0, NI_NAMEREQD);
    if (status == EAI_AGAIN) return make_error(Exit::kTempFail, "host name lookup failure");
    if (status != 0) return std::optional<std::string>();
    return std::optional<std::string>(host.data());
}

}  // namespace

std::vector<std::string> service_sources(const Options& options, std::string_view service) {
    for (std::string_view line :
         split(switch_cache().text(options.service_switch_file), '\n')) {
        line = line.substr(0, line.find('#'));
        if (!iequals(next_word(line), service)) continue;
        std::vector<std::string> out;
        for (const std::string_view word : split_words(line)) out.emplace_back(word);
        return out;
    }
    if (iequals(service, "hosts")) return {"dns", "files"};
    return {"files"};
}

Result<std::optional<std::string>> canonical_host(std::string_view host, const Options& options,
                                                  Deadline deadline) {
    static_cast<void>(deadline);  // getaddrinfo has its own (Timeout.resolver of resolv.conf)
    bool by_address = false;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        if (istarts_with(host, "IPv6:")) host.remove_prefix(5);
        by_address = true;
    }
    if (host.size() > 1 && host.back() == '.') host.remove_suffix(1);
    if (host.empty()) return std::optional<std::string>();
    std::optional<Error> unsure;
    for (const std::string& source : service_sources(options, "hosts")) {
        if (source == "files") {
            auto found = find_in_hosts(hosts_cache().text(options.hosts_file), host, by_address);
            if (found) return found;
        } else if (source == "dns") {
            auto answer = by_address ? ask_resolver_by_address(std::string(host))
                                     : ask_resolver(std::string(host));
            if (!answer.ok()) {
                unsure = answer.error();
            } else if (answer.value().has_value()) {
                return answer;
            }
        }
    }
    if (unsure) return *unsure;
    return std::optional<std::string>();
}

}  // namespace sm
