#include "libsm/features.h"

namespace sm {

namespace {

// One word of a list and whether this build has it. A word stands here once what it names works.
// The SM_WITH_ macros are set for this file only, from what was found when the build was
// configured.
struct Word {
    std::string_view text;
    bool present = true;
};

#if defined(SM_WITH_CDB)
constexpr bool kCdb = true;
#else
constexpr bool kCdb = false;
#endif
#if defined(SM_WITH_LMDB)
constexpr bool kLmdb = true;
#else
constexpr bool kLmdb = false;
#endif
#if defined(SM_WITH_NEWDB)
constexpr bool kNewDb = true;
#else
constexpr bool kNewDb = false;
#endif
#if defined(SM_WITH_SASL)
constexpr bool kSasl = true;
#else
constexpr bool kSasl = false;
#endif
#if defined(SM_WITH_LDAPMAP)
constexpr bool kLdap = true;
#else
constexpr bool kLdap = false;
#endif
#if defined(SM_WITH_STARTTLS)
constexpr bool kTls = true;
#else
constexpr bool kTls = false;
#endif

constexpr Word kCompiledWith[] = {
    {"CDB", kCdb},
    {"DANE", kTls},
    {"DNSMAP"},
    {"IPV6_FULL"},
    {"LDAPMAP", kLdap},
    {"LDAP_NETWORK_TIMEOUT", kLdap},
    {"LDAP_REFERRALS", kLdap},
    {"LMDB", kLmdb},
    {"LOG"},
    {"MAP_REGEX"},
    {"MAXDAEMONS=64"},
    {"MIME8TO7"},
    {"NAMED_BIND"},
    {"NETINET"},
    {"NETINET6"},
    {"NETUNIX"},
    {"NEWDB=5.3", kNewDb},
    {"PIPELINING"},
    {"SASLv2", kSasl},
    {"SCANF"},
    {"SOCKETMAP"},
    {"STARTTLS", kTls},
    {"TLS_EC", kTls},
    {"TLS_VRFY_PER_CTX", kTls},
    {"XDEBUG"},
};

constexpr Word kOsDefines[] = {
    {"HASFCHMOD"},   {"HASFCHOWN"},     {"HASFLOCK"},   {"HASGETUSERSHELL"}, {"HASINITGROUPS"},
    {"HASLSTAT"},    {"HASNICE"},       {"HASRANDOM"},  {"HASRRESVPORT"},    {"HASSETREGID"},
    {"HASSETREUID"}, {"HASSETRLIMIT"},  {"HASSETSID"},  {"HASSTRERROR"},     {"HASUNAME"},
    {"HASUNSETENV"}, {"HASURANDOMDEV"}, {"HASWAITPID"}, {"IDENTPROTO"},      {"REQUIRES_DIR_FSYNC"},
    {"SFS_VFS"},     {"USESETEUID"},
};

constexpr Word kLibsmDefines[] = {
    {"SM_CONF_LONGLONG"}, {"SM_CONF_SSIZE_T"},   {"SM_CONF_STDBOOL_H"}, {"SM_CONF_STDDEF_H"},
    {"SM_CONF_UID_GID"},  {"SM_OS=sm_os_linux"}, {"SM_VA_STD"},
};

constexpr Word kFfrDefines[] = {
    {"_FFR_BADRCPT_SHUTDOWN"},
    {"_FFR_REJECT_NUL_BYTE"},
};

template <std::size_t kSize>
std::vector<std::string_view> present(const Word (&words)[kSize]) {
    std::vector<std::string_view> out;
    for (const Word& word : words) {
        if (word.present) out.push_back(word.text);
    }
    return out;
}

}  // namespace

std::string_view version() {
    return "9.0.0";
}

std::vector<std::string_view> compiled_with() {
    return present(kCompiledWith);
}
std::vector<std::string_view> os_defines() {
    return present(kOsDefines);
}
std::vector<std::string_view> libsm_defines() {
    return present(kLibsmDefines);
}
std::vector<std::string_view> ffr_defines() {
    return present(kFfrDefines);
}

}  // namespace sm
