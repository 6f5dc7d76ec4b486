// Class ldap: searches in a directory. See ldap_spec.h for what a K line says.
#include <fcntl.h>
#include <ldap.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "libmap/common_map.h"
#include "libmap/drivers.h"
#include "libmap/ldap_spec.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;

constexpr int kHostUnknown = 68;
constexpr std::chrono::seconds kPatience{60};  // for a server, unless -c or the caller says less
constexpr std::size_t kMaxSearches = 1000;     // of one lookup: recursion in a wild directory

struct MessageFree {
    void operator()(LDAPMessage* message) const { ::ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, MessageFree>;

timeval time_left(const Deadline& deadline) {
    const int left = deadline.poll_timeout();
    return {left / 1000, (left % 1000) * 1000};
}

struct LdapEntry {
    std::string dn;
    std::vector<std::pair<std::string, std::vector<std::string>>> attributes;
};

struct LdapSearch {
    std::string base{};
    int scope = LDAP_SCOPE_SUBTREE;
    std::string filter{};
    std::vector<LdapAttribute> attributes{};
};

int scope_number(LdapSpec::Scope scope) {
    switch (scope) {
        case LdapSpec::Scope::kBase:
            return LDAP_SCOPE_BASE;
        case LdapSpec::Scope::kOne:
            return LDAP_SCOPE_ONELEVEL;
        default:
            return LDAP_SCOPE_SUBTREE;
    }
}

int dereference_number(LdapSpec::Dereference dereference) {
    switch (dereference) {
        case LdapSpec::Dereference::kAlways:
            return LDAP_DEREF_ALWAYS;
        case LdapSpec::Dereference::kSearch:
            return LDAP_DEREF_SEARCHING;
        case LdapSpec::Dereference::kFind:
            return LDAP_DEREF_FINDING;
        default:
            return LDAP_DEREF_NEVER;
    }
}

// A session with a server, of the process that made it. Results are codes of the library.
class LdapConnection {
  public:
    LdapConnection() = default;
    LdapConnection(const LdapConnection&) = delete;
    LdapConnection& operator=(const LdapConnection&) = delete;
    ~LdapConnection() { drop(); }

    [[nodiscard]] bool usable() const { return handle_ != nullptr && owner_ == ::getpid(); }
    [[nodiscard]] LDAP* handle() const { return handle_; }

    // Ends the session; one that another process made stays that process's: the goodbye of our
    // copy goes nowhere.
    void drop() {
        if (handle_ == nullptr) return;
        int fd = -1;
        if (owner_ != ::getpid() &&
            ::ldap_get_option(handle_, LDAP_OPT_DESC, &fd) == LDAP_OPT_SUCCESS && fd >= 0) {
            const UniqueFd nowhere(::open("/dev/null", O_RDWR | O_CLOEXEC));
            static_cast<void>(nowhere.valid() ? ::dup3(nowhere.get(), fd, O_CLOEXEC) : ::close(fd));
        }
        ::ldap_unbind_ext_s(handle_, nullptr, nullptr);
        handle_ = nullptr;
    }

    int open(const LdapSpec& spec, const std::string& secret, Deadline deadline) {
        drop();
        const std::string uris = ldap_uris(spec);
        int code = ::ldap_initialize(&handle_, uris.c_str());
        if (code != LDAP_SUCCESS) {
            handle_ = nullptr;
            return code;
        }
        owner_ = ::getpid();
        const int version = spec.version == 0 ? LDAP_VERSION3 : spec.version;
        ::ldap_set_option(handle_, LDAP_OPT_PROTOCOL_VERSION, &version);
        ::ldap_set_option(handle_, LDAP_OPT_RESTART, LDAP_OPT_ON);
        if (spec.network_timeout > 0) {
            deadline = deadline.sooner(Deadline::in(std::chrono::seconds(spec.network_timeout)));
        }
        const timeval left = time_left(deadline);
        ::ldap_set_option(handle_, LDAP_OPT_NETWORK_TIMEOUT, &left);
        ::ldap_set_option(handle_, LDAP_OPT_TIMEOUT, &left);
        code = bind(spec, secret, deadline);
        if (code != LDAP_SUCCESS) drop();
        return code;
    }

  private:
    int bind(const LdapSpec& spec, const std::string& secret, Deadline deadline) {
        const bool simple = spec.method == LdapSpec::Method::kSimple;
        berval credentials{};
        std::string copy = secret;
        credentials.bv_val = copy.data();
        credentials.bv_len = simple ? copy.size() : 0;
        int id = 0;
        int code = ::ldap_sasl_bind(handle_, simple ? spec.bind_dn.c_str() : "", LDAP_SASL_SIMPLE,
                                    &credentials, nullptr, nullptr, &id);
        if (code != LDAP_SUCCESS) return code;
        timeval left = time_left(deadline);
        LDAPMessage* raw = nullptr;
        const int kind = ::ldap_result(handle_, id, LDAP_MSG_ALL, &left, &raw);
        const Message reply(raw);
        if (kind == 0) return LDAP_TIMEOUT;
        if (kind < 0) return LDAP_SERVER_DOWN;
        code = LDAP_SUCCESS;
        const int parsed =
            ::ldap_parse_result(handle_, reply.get(), &code, nullptr, nullptr, nullptr, nullptr, 0);
        return parsed == LDAP_SUCCESS ? code : parsed;
    }

    LDAP* handle_ = nullptr;
    pid_t owner_ = -1;
};

}  // namespace

// By server and login.
class LdapConnections {
  public:
    std::shared_ptr<LdapConnection> get(const LdapSpec& spec, const std::string& secret) {
        const std::string key =
            cat(ldap_uris(spec), '\n', spec.version, '\n', static_cast<int>(spec.method), '\n',
                spec.bind_dn, '\n', secret);
        auto& slot = all_[key];
        if (slot == nullptr) slot = std::make_shared<LdapConnection>();
        return slot;
    }

  private:
    std::map<std::string, std::shared_ptr<LdapConnection>> all_;
};

namespace {

class LdapMap final : public CommonMap {
  public:
    LdapMap(LdapSpec spec, std::string secret, const MapEnvironment& environment)
        : CommonMap(spec.flags, environment), spec_(std::move(spec)), secret_(std::move(secret)) {
        if (!environment.ldap_connections) {
            environment.ldap_connections = std::make_shared<LdapConnections>();
        }
        connection_ = environment.ldap_connections->get(spec_, secret_);
        for (const LdapAttribute& attribute : spec_.attributes) {
            if (attribute.kind != LdapAttribute::Kind::kValue) recursive_ = true;
        }
    }

    [[nodiscard]] int absent_status() const override { return absent_; }

    MapProbe probe(std::string_view key, const MapArgs& args, Deadline deadline) override {
        auto stored = find(fold_key(flags(), key), args, deadline);
        if (!stored.ok()) {
            if (environment().report) environment().report(stored.error().text);
            return {true, std::nullopt, static_cast<int>(stored.error().code)};
        }
        if (!stored->has_value()) return {!unreachable_, std::nullopt, absent_status()};
        return {true, form_value(flags(), key, **stored, args), 0};
    }

  protected:
    Result<Value> find(std::string_view key, const MapArgs& args, Deadline deadline) override {
        deadline = deadline.sooner(Deadline::in(kPatience));
        absent_ = kHostUnknown;
        unreachable_ = false;
        const std::string filter = ldap_filter(spec_, key, args);
        const bool reused = connection_->usable();
        int code = LDAP_SUCCESS;
        // A session that the server ended meanwhile is begun again, once.
        for (int tries = reused ? 2 : 1; tries > 0; --tries) {
            if (!connection_->usable()) code = connection_->open(spec_, secret_, deadline);
            if (code != LDAP_SUCCESS) return unreachable(code);
            Value value;
            code = collect(filter, value, deadline);
            if (code == LDAP_SUCCESS) return value;
            if (code == LDAP_SERVER_DOWN) connection_->drop();
            if (code != LDAP_SERVER_DOWN || deadline.passed()) break;
            code = tries > 1 ? LDAP_SUCCESS : code;
        }
        if (code == LDAP_TIMEOUT) connection_->drop();
        const std::string_view what = ::ldap_err2string(code);
        if (refused_) return failure(cat("Error in ldap_search in map ", name(), ": ", what));
        return failure(cat("Error getting LDAP results, map=", name(), ", name=", key, ": ", what));
    }

  private:
    using Kind = LdapAttribute::Kind;
    using Target = std::pair<std::string, Kind>;  // text, what it is

    static Error failure(std::string text) { return make_error(Exit::kTempFail, std::move(text)); }

    Result<Value> unreachable(int code) {
        unreachable_ = true;
        if (flags().optional) return Value();
        return failure(cat("ldap_init/ldap_bind failed to ", ldap_uris(spec_), " in map ", name(),
                           ": ", std::string_view(::ldap_err2string(code))));
    }

    // The value of the search: what -z, -1, -n, -V make of the entries. Code of the library.
    int collect(const std::string& filter, Value& value, Deadline deadline) {
        const LdapSearch first{spec_.base, scope_number(spec_.scope), filter, spec_.attributes};
        std::vector<LdapEntry> entries;
        refused_ = false;
        int code = search(first, entries, deadline);
        if (code != LDAP_SUCCESS || entries.empty()) return code;
        if (spec_.flags.match_only) {
            value = "";
            return LDAP_SUCCESS;
        }
        if (spec_.single && entries.size() > 1) return LDAP_SUCCESS;
        ambiguous_ = false;
        std::vector<std::string> values;
        std::set<Target> seen;
        code = gather(entries, first.attributes, values, seen);
        std::set<Target> done;
        while (code == LDAP_SUCCESS && done.size() < kMaxSearches) {
            const auto next = std::find_if(seen.begin(), seen.end(),
                                           [&](const Target& one) { return !done.contains(one); });
            if (next == seen.end()) break;
            done.insert(*next);
            LdapSearch further = first;
            if (!follow(*next, further)) return LDAP_OTHER;
            entries.clear();
            code = search(further, entries, deadline);
            refused_ = false;
            if (code == LDAP_SUCCESS) code = gather(entries, further.attributes, values, seen);
        }
        if (code != LDAP_SUCCESS || ambiguous_) return code;
        if (!values.empty()) {
            value = join(values, std::string(1, spec_.value_separator.value_or(',')));
        } else if (recursive_ && spec_.value_separator && !seen.empty()) {
            absent_ = 0;
        }
        return LDAP_SUCCESS;
    }

    // What of the entries belongs to the value; without -z the first only, followed nowhere.
    int gather(const std::vector<LdapEntry>& entries, const std::vector<LdapAttribute>& wanted,
               std::vector<std::string>& values, std::set<Target>& seen) {
        const auto is_class = [](const auto& one) { return iequals(one.first, "objectClass"); };
        for (const LdapEntry& entry : entries) {
            const auto found =
                std::find_if(entry.attributes.begin(), entry.attributes.end(), is_class);
            for (const auto& [name, texts] : entry.attributes) {
                const LdapAttribute* rule = rule_for(
                    wanted, name, found == entry.attributes.end() ? nullptr : &found->second);
                if (rule == nullptr) continue;
                // -1: one attribute has the value; what others lead to is left out.
                if (spec_.single && !values.empty()) {
                    if (rule->kind == Kind::kValue) ambiguous_ = true;
                    continue;
                }
                if (spec_.names_only) {
                    values.push_back(name);
                    if (!spec_.value_separator) return LDAP_SUCCESS;
                    continue;
                }
                for (const std::string& text : texts) {
                    if (text.find('\0') != text.npos) return LDAP_DECODING_ERROR;
                    if (spec_.value_separator && rule->kind != Kind::kValue) {
                        seen.emplace(text, rule->kind);
                        continue;
                    }
                    values.push_back(spec_.name_separator ? cat(name, *spec_.name_separator, text)
                                                          : text);
                    if (!spec_.value_separator) return LDAP_SUCCESS;
                }
            }
        }
        return LDAP_SUCCESS;
    }

    // The word of -v that an attribute falls under; nullptr: none.
    static const LdapAttribute* rule_for(const std::vector<LdapAttribute>& wanted,
                                         std::string_view name,
                                         const std::vector<std::string>* classes) {
        static const LdapAttribute any{};
        if (wanted.empty()) return &any;
        for (const LdapAttribute& rule : wanted) {
            if (!iequals(rule.name, name)) continue;
            const auto applies = [&](const std::string& word) {
                return classes != nullptr &&
                       std::any_of(classes->begin(), classes->end(),
                                   [&](const std::string& one) { return iequals(one, word); });
            };
            if (rule.classes.empty() ||
                std::any_of(rule.classes.begin(), rule.classes.end(), applies)) {
                return &rule;
            }
        }
        return nullptr;
    }

    // The search that a value of -v asks for. False: not what it should be.
    static bool follow(const Target& target, LdapSearch& search) {
        const auto& [text, kind] = target;
        if (kind == Kind::kFilter) {
            search.filter = text;
            return true;
        }
        if (kind == Kind::kDn) {
            search.base = text;
            search.scope = LDAP_SCOPE_BASE;
            search.filter = "(objectClass=*)";
            return true;
        }
        LDAPURLDesc* raw = nullptr;
        if (::ldap_url_parse(text.c_str(), &raw) != LDAP_URL_SUCCESS) return false;
        const std::unique_ptr<LDAPURLDesc, decltype(&::ldap_free_urldesc)> url(raw,
                                                                               ::ldap_free_urldesc);
        search.base = url->lud_dn != nullptr ? url->lud_dn : "";
        search.scope = url->lud_scope;
        search.filter = url->lud_filter != nullptr ? url->lud_filter : "(objectClass=*)";
        search.attributes.clear();
        for (char** name = url->lud_attrs; name != nullptr && *name != nullptr; ++name) {
            search.attributes.push_back(LdapAttribute{*name});
        }
        return true;
    }

    int search(const LdapSearch& what, std::vector<LdapEntry>& entries, Deadline deadline) {
        LDAP* const handle = connection_->handle();
        const int dereference = dereference_number(spec_.dereference);
        ::ldap_set_option(handle, LDAP_OPT_DEREF, &dereference);
        ::ldap_set_option(handle, LDAP_OPT_REFERRALS,
                          spec_.chase_referrals ? LDAP_OPT_ON : LDAP_OPT_OFF);
        bool classes = false;
        std::vector<std::string> names;
        for (const LdapAttribute& attribute : what.attributes) {
            names.push_back(attribute.name);
            if (!attribute.classes.empty()) classes = true;
        }
        if (classes) names.emplace_back("objectClass");
        std::vector<char*> pointers;
        for (std::string& name : names) pointers.push_back(name.data());
        pointers.push_back(nullptr);
        // The time limit is for the server; ours is a little longer.
        timeval limit{spec_.time_limit, 0};
        if (spec_.time_limit > 0) {
            deadline = deadline.sooner(Deadline::in(std::chrono::seconds(spec_.time_limit + 2)));
        }
        int id = 0;
        const int code = ::ldap_search_ext(
            handle, what.base.c_str(), what.scope, what.filter.c_str(),
            names.empty() ? nullptr : pointers.data(), spec_.names_only && !classes ? 1 : 0,
            nullptr, nullptr, spec_.time_limit > 0 ? &limit : nullptr, spec_.size_limit, &id);
        refused_ = code != LDAP_SUCCESS && code != LDAP_SERVER_DOWN;
        return code == LDAP_SUCCESS ? receive(id, entries, deadline) : code;
    }

    int receive(int id, std::vector<LdapEntry>& entries, Deadline deadline) {
        LDAP* const handle = connection_->handle();
        while (true) {
            timeval left = time_left(deadline);
            LDAPMessage* raw = nullptr;
            const int kind = ::ldap_result(handle, id, LDAP_MSG_ONE, &left, &raw);
            const Message message(raw);
            if (kind == 0) {
                ::ldap_abandon_ext(handle, id, nullptr, nullptr);
                return LDAP_TIMEOUT;
            }
            if (kind < 0) {
                int code = LDAP_SERVER_DOWN;
                ::ldap_get_option(handle, LDAP_OPT_RESULT_CODE, &code);
                return code == LDAP_SUCCESS ? LDAP_SERVER_DOWN : code;
            }
            if (kind == LDAP_RES_SEARCH_ENTRY) {
                entries.push_back(read_entry(handle, message.get()));
            } else if (kind == LDAP_RES_SEARCH_RESULT) {
                int code = LDAP_SUCCESS;
                const int parsed = ::ldap_parse_result(handle, message.get(), &code, nullptr,
                                                       nullptr, nullptr, nullptr, 0);
                return parsed == LDAP_SUCCESS ? code : parsed;
            }
        }
    }

    static LdapEntry read_entry(LDAP* handle, LDAPMessage* message) {
        LdapEntry entry;
        BerElement* position = nullptr;
        for (char* name = ::ldap_first_attribute(handle, message, &position); name != nullptr;
             name = ::ldap_next_attribute(handle, message, position)) {
            auto& [text, values] = entry.attributes.emplace_back();
            text = name;
            ::ldap_memfree(name);
            berval** const raw = ::ldap_get_values_len(handle, message, text.c_str());
            for (berval** one = raw; one != nullptr && *one != nullptr; ++one) {
                values.emplace_back((*one)->bv_val, (*one)->bv_len);
            }
            ::ldap_value_free_len(raw);
        }
        if (position != nullptr) ::ber_free(position, 0);
        return entry;
    }

    LdapSpec spec_;
    std::string secret_;
    std::shared_ptr<LdapConnection> connection_;
    bool recursive_ = false;
    int absent_ = kHostUnknown;
    bool unreachable_ = false;
    bool refused_ = false;    // the library did not even send the search
    bool ambiguous_ = false;  // -1: more than one attribute has values
};

Result<std::string> read_secret(const std::string& path, const MapEnvironment& environment) {
    if (!environment.open_file) return read_file(path, 4096);
    SM_TRY(const UniqueFd fd, environment.open_file(path));
    return read_all(fd.get(), 4096);
}

}  // namespace

std::unique_ptr<Map> make_ldap_map(MapFlags given, const MapEnvironment& environment) {
    const std::string& name = given.map_name;
    const auto warn = [&](const std::string& text) {
        if (environment.warn) environment.warn(text);
    };
    LdapSpec spec;
    if (environment.option) {
        const std::string defaults = environment.option("LDAPDefaultSpec");
        static_cast<void>(read_ldap_flags(spec, defaults, name));
    }
    const LdapComplaints complaints = read_ldap_flags(spec, given.rest, name);
    for (const std::string& remark : complaints.remarks) warn(remark);
    std::optional<std::string> fatal = complaints.fatal;
    if (!fatal && spec.filter.empty()) fatal = cat("No filter given in map ", name);
    std::string secret;
    if (!fatal && spec.method == LdapSpec::Method::kSimple && !spec.secret_file.empty()) {
        auto text = read_secret(spec.secret_file, environment);
        if (text.ok()) {
            secret = text->substr(0, text->find('\n'));
        } else {
            const int number = text.error().sys_errno;
            fatal = cat("LDAP map: cannot open secret ", spec.secret_file,
                        number != 0 ? os_error("", number).text : "");
        }
    }
    if (fatal) {
        warn(*fatal);
        return make_unopened_map(name, "ldap");
    }
    spec.flags.map_name = name;
    return std::make_unique<LdapMap>(std::move(spec), std::move(secret), environment);
}

}  // namespace sm
