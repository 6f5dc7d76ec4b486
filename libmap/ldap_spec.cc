#include "libmap/ldap_spec.h"

#include <array>

#include "libsm/parse_number.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr int kMinVersion = 2;
constexpr int kMaxVersion = 3;

struct LdapFlag {
    char letter = '\0';
    std::string value{};
};

// A flag's value ends at white space, or at the other quote when it begins with one. Flags with a
// value take the next word when nothing follows the letter.
std::optional<LdapFlag> next_flag(std::string_view& rest) {
    constexpr std::string_view kTakesNextWord = "hHbdPkvsrMwplZc";
    rest = trim_left(rest);
    if (rest.size() < 2 || rest[0] != '-') return std::nullopt;
    LdapFlag flag{rest[1]};
    rest.remove_prefix(2);
    if (kTakesNextWord.find(flag.letter) != std::string_view::npos) rest = trim_left(rest);
    const bool quoted = !rest.empty() && rest[0] == '"';
    if (quoted) rest.remove_prefix(1);
    std::size_t end = 0;
    while (end < rest.size() && (quoted ? rest[end] != '"' : !is_space(rest[end]))) ++end;
    flag.value = rest.substr(0, end);
    if (quoted && end < rest.size()) ++end;
    rest.remove_prefix(end);
    return flag;
}

template <typename T>
struct Choice {
    std::string_view word;
    T value;
};

template <typename T, std::size_t kSize>
const T* choose(const std::array<Choice<T>, kSize>& choices, std::string_view word) {
    for (const auto& choice : choices) {
        if (iequals(choice.word, word)) return &choice.value;
    }
    return nullptr;
}

constexpr std::array kScopes = {
    Choice<LdapSpec::Scope>{"base", LdapSpec::Scope::kBase},
    Choice<LdapSpec::Scope>{"one", LdapSpec::Scope::kOne},
    Choice<LdapSpec::Scope>{"sub", LdapSpec::Scope::kSub},
};
constexpr std::array kDereferences = {
    Choice<LdapSpec::Dereference>{"never", LdapSpec::Dereference::kNever},
    Choice<LdapSpec::Dereference>{"always", LdapSpec::Dereference::kAlways},
    Choice<LdapSpec::Dereference>{"search", LdapSpec::Dereference::kSearch},
    Choice<LdapSpec::Dereference>{"find", LdapSpec::Dereference::kFind},
};
constexpr std::array kMethods = {
    Choice<LdapSpec::Method>{"none", LdapSpec::Method::kNone},
    Choice<LdapSpec::Method>{"simple", LdapSpec::Method::kSimple},
};
constexpr std::array kKinds = {
    Choice<LdapAttribute::Kind>{"NORMAL", LdapAttribute::Kind::kValue},
    Choice<LdapAttribute::Kind>{"DN", LdapAttribute::Kind::kDn},
    Choice<LdapAttribute::Kind>{"FILTER", LdapAttribute::Kind::kFilter},
    Choice<LdapAttribute::Kind>{"URL", LdapAttribute::Kind::kUrl},
};

class Reader {
  public:
    Reader(LdapSpec& spec, std::string_view map) : spec_(spec), map_(map) {}

    // The text is what is wrong with the flag; nullopt: nothing.
    std::optional<std::string> take(const LdapFlag& flag) {
        const std::string& value = flag.value;
        switch (flag.letter) {
            case 'h':
                spec_.hosts = value;
                return std::nullopt;
            case 'H':
                spec_.uri = value;
                return std::nullopt;
            case 'b':
                spec_.base = value;
                return std::nullopt;
            case 'd':
                spec_.bind_dn = value;
                return std::nullopt;
            case 'P':
                spec_.secret_file = value;
                return std::nullopt;
            case 'k':
                spec_.filter = value;
                return std::nullopt;
            case 'v':
                return attributes(value);
            case 'z':
                spec_.value_separator = parse_delimiter(value).value_or(' ');
                return std::nullopt;
            case 'V':
                spec_.name_separator = parse_delimiter(value).value_or(' ');
                return std::nullopt;
            default:
                return take_choice(flag);
        }
    }

    std::vector<std::string>& remarks() { return remarks_; }

  private:
    std::optional<std::string> take_choice(const LdapFlag& flag) {
        const std::string& value = flag.value;
        switch (flag.letter) {
            case 's':
                return store(kScopes, value, spec_.scope, "Scope must be [base|one|sub]");
            case 'r':
                return store(kDereferences, value, spec_.dereference,
                             "Deref must be [never|always|search|find]");
            case 'M':
                return store(
                    kMethods,
                    istarts_with(value, kLongMethod) ? value.substr(kLongMethod.size()) : value,
                    spec_.method, "Method for binding must be [none|simple|krbv4]");
            case 'w':
                return version(value);
            default:
                return take_number(flag);
        }
    }

    std::optional<std::string> take_number(const LdapFlag& flag) {
        const int number = static_cast<int>(leading_int(flag.value));
        switch (flag.letter) {
            case 'p':
                spec_.port = number;
                return std::nullopt;
            case 'l':
                spec_.time_limit = number;
                return std::nullopt;
            case 'Z':
                spec_.size_limit = number;
                return std::nullopt;
            case 'c':
                spec_.network_timeout = number;
                return std::nullopt;
            default:
                return take_switch(flag);
        }
    }

    std::optional<std::string> take_switch(const LdapFlag& flag) {
        switch (flag.letter) {
            case 'n':
                spec_.names_only = true;
                return std::nullopt;
            case '1':
                spec_.single = true;
                return std::nullopt;
            case 'K':
                spec_.many_keys = true;
                return std::nullopt;
            case 'R':
                spec_.chase_referrals = false;
                return std::nullopt;
            case 'x':
                return std::nullopt;
            default:
                if (!set_map_flag(spec_.flags, MapFlag{flag.letter, flag.value})) {
                    remarks_.push_back(cat("Illegal option ", flag.letter, " map ", map_));
                }
                return std::nullopt;
        }
    }

    template <typename T, std::size_t kSize>
    std::optional<std::string> store(const std::array<Choice<T>, kSize>& choices,
                                     std::string_view word, T& out, std::string_view rule) {
        const T* chosen = choose(choices, word);
        if (chosen == nullptr) return cat(rule, " (not ", word, ") in map ", map_);
        out = *chosen;
        return std::nullopt;
    }

    std::optional<std::string> version(std::string_view value) {
        spec_.version = static_cast<int>(leading_int(value));
        if (spec_.version > kMaxVersion) {
            return cat("LDAP version ", spec_.version, " exceeds max of ", kMaxVersion, " in map ",
                       map_);
        }
        if (spec_.version < kMinVersion) {
            return cat("LDAP version ", spec_.version, " is lower than min of ", kMinVersion,
                       " in map ", map_);
        }
        return std::nullopt;
    }

    std::optional<std::string> attributes(std::string_view list) {
        spec_.attributes.clear();
        for (const std::string_view word : split(list, ',')) {
            LdapAttribute attribute;
            const auto parts = split(trim(word), ':');
            attribute.name = trim(parts[0]);
            if (attribute.name.empty()) continue;
            if (parts.size() > 1) {
                const auto* kind = choose(kKinds, trim(parts[1]));
                if (kind == nullptr) {
                    return cat("Unknown attribute type (", trim(parts[1]), ") in ", map_);
                }
                attribute.kind = *kind;
            }
            if (parts.size() > 2) {
                for (const std::string_view name : split(parts[2], '|')) {
                    if (!trim(name).empty()) attribute.classes.emplace_back(trim(name));
                }
            }
            spec_.attributes.push_back(std::move(attribute));
        }
        return std::nullopt;
    }

    static constexpr std::string_view kLongMethod = "LDAP_AUTH_";
    LdapSpec& spec_;
    std::string_view map_;
    std::vector<std::string> remarks_;
};

std::optional<std::string> wrong_recursion(const LdapSpec& spec, std::string_view map) {
    bool recursive = false;
    bool values = false;
    for (const LdapAttribute& attribute : spec.attributes) {
        (attribute.kind == LdapAttribute::Kind::kValue ? values : recursive) = true;
    }
    if (!recursive) return std::nullopt;
    const std::string what = cat("LDAP recursion requested in ", map);
    if (spec.names_only) return cat(what, " can not be used with -n");
    if (!values) return cat(what, " but no returnable attribute given");
    return std::nullopt;
}

std::string owner_filter(const std::string* cluster, std::string_view host) {
    const std::string of_host = cat("(sendmailMTAHost=", ldap_escape(host), ')');
    return cluster == nullptr
               ? of_host
               : cat("(|(sendmailMTACluster=", ldap_escape(*cluster), ')', of_host, ')');
}

}  // namespace

LdapComplaints read_ldap_flags(LdapSpec& spec, std::string_view text, std::string_view map) {
    Reader reader(spec, map);
    LdapComplaints out;
    while (const auto flag = next_flag(text)) {
        out.fatal = reader.take(*flag);
        if (out.fatal) break;
    }
    if (!out.fatal && !spec.hosts.empty() && !spec.uri.empty()) {
        out.fatal = cat("Can not specify both an LDAP host and an LDAP URI in map ", map);
    }
    if (!out.fatal) out.fatal = wrong_recursion(spec, map);
    out.remarks = std::move(reader.remarks());
    return out;
}

std::string ldap_escape(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        if (c == '*' || c == '(' || c == ')' || c == '\\' || c == '\0') {
            const auto code = static_cast<unsigned char>(c);
            out += '\\';
            out += kHex[code >> 4U];
            out += kHex[code & 15U];
        } else {
            out += c;
        }
    }
    return out;
}

std::string ldap_filter(const LdapSpec& spec, std::string_view key, const MapArgs& args) {
    std::string out;
    const std::string& form = spec.filter;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const char next = form[i] == '%' && i + 1 < form.size() ? form[i + 1] : '\0';
        if (next == 's') {
            out += key;
        } else if (next == '0') {
            out += ldap_escape(key);
        } else if (next == '%') {
            out += '%';
        } else if (spec.many_keys && is_digit(next)) {
            const auto index = static_cast<std::size_t>(next - '1');
            if (index < args.size()) out += ldap_escape(args[index]);
        } else {
            out += form[i];
            continue;
        }
        ++i;
    }
    return out;
}

std::string ldap_uris(const LdapSpec& spec) {
    if (!spec.uri.empty()) return spec.uri;
    std::string out;
    const std::string hosts = spec.hosts.empty() ? "localhost" : spec.hosts;
    for (const std::string_view host : split_words(hosts)) {
        const std::size_t bracket = host.rfind(']');
        const std::size_t colon = host.find(':', bracket == host.npos ? 0 : bracket);
        if (!out.empty()) out += ' ';
        append(out, "ldap://", host);
        if (colon == host.npos && spec.port > 0) append(out, ':', spec.port);
    }
    return out;
}

std::string ldap_alias_spec(const std::string* cluster, std::string_view host) {
    return cat("-z, -k (&(objectClass=sendmailMTAAliasObject)(sendmailMTAAliasGrouping=aliases)",
               owner_filter(cluster, host),
               "(sendmailMTAKey=%0)) -v sendmailMTAAliasValue,"
               "sendmailMTAAliasSearch:FILTER:sendmailMTAAliasObject,"
               "sendmailMTAAliasURL:URL:sendmailMTAAliasObject");
}

std::string ldap_class_spec(std::string_view name, const std::string* cluster,
                            std::string_view host) {
    return cat("-z -k (&(objectClass=sendmailMTAClass)(sendmailMTAClassName=", ldap_escape(name),
               ')', owner_filter(cluster, host),
               ") -v sendmailMTAClassValue,sendmailMTAClassSearch:FILTER:sendmailMTAClass,"
               "sendmailMTAClassURL:URL:sendmailMTAClass");
}

}  // namespace sm
