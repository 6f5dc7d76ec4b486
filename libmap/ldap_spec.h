// What a K line of class ldap says: server, login, search and values. No I/O here.
// Source: operations guide, sections 5.9 and 6.5; RFC 4515 for filters.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libmap/map_flags.h"

namespace sm {

// One word of -v: ATTRIBUTE[:TYPE[:CLASS|CLASS...]].
struct LdapAttribute {
    enum class Kind { kValue, kDn, kFilter, kUrl };
    std::string name{};
    Kind kind = Kind::kValue;
    std::vector<std::string> classes{};  // empty: of any object class
};

struct LdapSpec {
    enum class Scope { kBase, kOne, kSub };
    enum class Dereference { kNever, kAlways, kSearch, kFind };
    enum class Method { kNone, kSimple };

    MapFlags flags{};
    std::string hosts{};  // -h: one or more, separated by blanks
    int port = 0;         // -p
    std::string uri{};    // -H
    std::string base{};   // -b
    Scope scope = Scope::kSub;
    Dereference dereference = Dereference::kNever;
    int time_limit = 0;       // -l: seconds the server may take; 0: none
    int size_limit = 0;       // -Z: entries; 0: none
    int network_timeout = 0;  // -c: seconds to connect; 0: a default
    int version = 0;          // -w: of the protocol; 0: 3
    std::string bind_dn{};    // -d
    Method method = Method::kNone;
    std::string secret_file{};                // -P
    std::string filter{};                     // -k
    std::vector<LdapAttribute> attributes{};  // -v; empty: all
    bool names_only = false;                  // -n
    std::optional<char> name_separator{};     // -V
    std::optional<char> value_separator{};    // -z; nullopt: the first value only
    bool single = false;                      // -1
    bool many_keys = false;                   // -K
    bool chase_referrals = true;              // not -R
};

// What is wrong with a spec: `fatal` leaves the map unusable, `remarks` do not.
struct LdapComplaints {
    std::optional<std::string> fatal{};
    std::vector<std::string> remarks{};
};

// Reads flags over what `spec` holds already (LDAPDefaultSpec first, then those of the map).
// map: its name, for complaints.
[[nodiscard]] LdapComplaints read_ldap_flags(LdapSpec& spec, std::string_view text,
                                             std::string_view map);

// The text with * ( ) \ and NUL as \XX.
[[nodiscard]] std::string ldap_escape(std::string_view text);

// The filter of a lookup: %s the key as it is, %0 the escaped key, %1..%9 (-K) the escaped
// arguments, %% a percent sign.
[[nodiscard]] std::string ldap_filter(const LdapSpec& spec, std::string_view key,
                                      const MapArgs& args);

// The URIs to try, in order, separated by blanks: of -H, or of -h and -p.
[[nodiscard]] std::string ldap_uris(const LdapSpec& spec);

// What AliasFile=ldap: and F{name}@LDAP stand for. `cluster` and `host`: ${sendmailMTACluster}, $j;
// cluster nullptr: unset.
[[nodiscard]] std::string ldap_alias_spec(const std::string* cluster, std::string_view host);
[[nodiscard]] std::string ldap_class_spec(std::string_view name, const std::string* cluster,
                                          std::string_view host);

}  // namespace sm
