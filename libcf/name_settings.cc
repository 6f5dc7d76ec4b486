#include "libcf/name_settings.h"

#include "libcf/file_safety.h"

namespace sm {

ResolverSettings resolver_settings(const Options& options) {
    ResolverSettings out;
    out.retrans = static_cast<int>(options.timeouts.resolver_retrans.normal);
    out.retry = static_cast<int>(options.timeouts.resolver_retry.normal);
    out.dnssec = options.dane;
    for (const std::string& word : options.resolver_options) {
        if (word == "+usevc") out.use_tcp = true;
        if (word == "+use_dnssec") out.dnssec = true;
        if (word == "-recurse") out.recurse = false;
    }
    return out;
}

NameServiceSettings name_settings(const Options& options) {
    NameServiceSettings out;
    out.service_switch_file = options.service_switch_file;
    out.service_switch_policy = file_policy(options, FileKind::kServiceSwitch);
    if (!options.hosts_file.empty()) out.hosts_file = options.hosts_file;
    out.dont_expand_cnames = options.dont_expand_cnames;
    bool search = true;
    for (const std::string& word : options.resolver_options) {
        if (word == "-dnsrch" || word == "-defnames") search = false;
        if (word == "+dnsrch" || word == "+defnames") search = true;
    }
    if (search) out.search = system_search_list();
    return out;
}

}  // namespace sm
