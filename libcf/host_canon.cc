#include "libcf/host_canon.h"

#include <netdb.h>

#include <array>
#include <memory>

#include "libcf/name_settings.h"
#include "libnet/resolver.h"
#include "libsm/strings.h"

namespace sm {

namespace {

class HostNames {
  public:
    HostNames(const Options& options, std::function<std::string()> domain)
        : resolver_(make_resolver(resolver_settings(options))),
          names_(with_domain(name_settings(options), std::move(domain)), *resolver_) {}

    Result<std::optional<std::string>> find(std::string_view host, Deadline deadline) {
        if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
            return name_of_address(host.substr(1, host.size() - 2));
        }
        return names_.canonify(host, deadline);
    }

  private:
    static NameServiceSettings with_domain(NameServiceSettings settings,
                                           std::function<std::string()> domain) {
        settings.domain = std::move(domain);
        return settings;
    }

    // Through the system's own name service, as gethostbyaddr(3) would.
    static Result<std::optional<std::string>> name_of_address(std::string_view text) {
        if (istarts_with(text, "IPv6:")) text.remove_prefix(5);
        const auto address = SocketAddress::parse(text);
        if (!address) return std::optional<std::string>();
        std::array<char, NI_MAXHOST> name{};
        const int status = ::getnameinfo(address->raw(), address->length(), name.data(),
                                         name.size(), nullptr, 0, NI_NAMEREQD);
        if (status == EAI_AGAIN) return make_error(Exit::kTempFail, "host name lookup failure");
        if (status != 0) return std::optional<std::string>();
        return std::optional<std::string>(name.data());
    }

    std::unique_ptr<Resolver> resolver_;
    NameService names_;
};

}  // namespace

Canonifier make_canonifier(const Options& options, std::function<std::string()> domain) {
    auto names = std::make_shared<std::unique_ptr<HostNames>>();
    return [names, &options, domain = std::move(domain)](std::string_view host, Deadline deadline) {
        if (!*names) *names = std::make_unique<HostNames>(options, domain);
        return (*names)->find(host, deadline);
    };
}

}  // namespace sm
