#include "sendmail/privileged/identity.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "libsm/core_dump.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

std::optional<Credentials> account(const std::string& name) {
    const passwd* entry = ::getpwnam(name.c_str());
    if (entry == nullptr) return {};
    return Credentials{entry->pw_uid, entry->pw_gid, name};
}

Credentials from_ids(const UserIds& ids, bool init_groups) {
    Credentials out{static_cast<uid_t>(ids.uid), static_cast<gid_t>(ids.gid), {}};
    if (init_groups && !ids.name.empty() && !is_digit(ids.name.front())) out.groups_of = ids.name;
    return out;
}

std::optional<Credentials> queue_owner(const Config& config) {
    for (const QueueGroupSpec& group : config.queue_groups) {
        for (const std::string& directory : group.directories) {
            struct stat info {};
            if (::stat(directory.c_str(), &info) != 0 || info.st_uid == 0) continue;
            Credentials out{info.st_uid, info.st_gid, {}};
            if (const passwd* entry = ::getpwuid(info.st_uid)) {
                out.gid = entry->pw_gid;
                out.groups_of = entry->pw_name;
            }
            return out;
        }
    }
    return {};
}

std::optional<Credentials> usual_user(const Config& config) {
    constexpr std::array kCandidates = {"smmta", "mailnull", "sendmail"};
    constexpr std::array kLastResort = {"smmsp", "mail", "daemon", "bin"};
    for (const char* name : kCandidates) {
        if (auto found = account(name)) return found;
    }
    for (const char* name : kLastResort) {
        auto found = account(name);
        if (found && found->uid != 0 && found->uid != config.options.default_user_ids.uid) {
            return found;
        }
    }
    return {};
}

std::vector<gid_t> groups_of(const Credentials& who) {
    if (!who.groups.empty()) return who.groups;
    if (!who.groups_of) return {who.gid};
    std::vector<gid_t> groups(64);
    int count = static_cast<int>(groups.size());
    if (::getgrouplist(who.groups_of->c_str(), who.gid, groups.data(), &count) < 0) {
        groups.resize(static_cast<std::size_t>(count));
        static_cast<void>(::getgrouplist(who.groups_of->c_str(), who.gid, groups.data(), &count));
    }
    groups.resize(static_cast<std::size_t>(count));
    return groups;
}

Result<std::optional<Credentials>> find_session_user(const Config& config) {
    if (::geteuid() != 0) return std::optional<Credentials>();
    const Options& options = config.options;
    if (!options.session_user.empty()) {
        auto named = account(options.session_user);
        if (!named) {
            return make_error(Exit::kConfig,
                              cat("SessionUser: no such user: ", options.session_user));
        }
        if (named->uid == 0) return make_error(Exit::kConfig, "SessionUser must not be root");
        return named;
    }
    if (options.run_as_user_ids && options.run_as_user_ids->uid != 0) {
        return std::optional(from_ids(*options.run_as_user_ids, !options.dont_init_groups));
    }
    if (auto owner = queue_owner(config)) return owner;
    if (auto usual = usual_user(config)) return usual;
    return make_error(Exit::kConfig, "no user to run sessions as: set option SessionUser");
}

}  // namespace

Result<std::optional<Credentials>> session_user(const Config& config) {
    SM_TRY(std::optional<Credentials> who, find_session_user(config));
    // Asked once, before the first fork: the name service costs more than the rest of what a
    // session begins with.
    if (who) who->groups = groups_of(*who);
    return who;
}

Status become_session_user(const Credentials& who) {
    SM_CHECK_OK(drop_privileges(who.uid, who.gid, groups_of(who)));
    return forbid_core_dump();
}

std::optional<Credentials> mailer_identity(const Config& config, const MailerSpec& mailer,
                                           const Credentials& asked) {
    const Options& options = config.options;
    const bool init_groups = !options.dont_init_groups;
    if (mailer.uid) {
        Credentials out{static_cast<uid_t>(*mailer.uid),
                        static_cast<gid_t>(mailer.gid.value_or(options.default_user_ids.gid)),
                        {}};
        const passwd* entry = init_groups ? ::getpwuid(out.uid) : nullptr;
        if (entry != nullptr) out.groups_of = entry->pw_name;
        return out;
    }
    if (mailer.has('S')) return {};
    if (mailer.has('o') && asked.uid != 0) {
        Credentials out = asked;
        if (!init_groups) out.groups_of.reset();
        return out;
    }
    return from_ids(options.default_user_ids, init_groups);
}

Credentials file_identity(const Config& config, const Credentials& asked, const std::string& path) {
    if (asked.uid != 0) return asked;
    const passwd* root = ::getpwuid(0);
    const std::string home = root != nullptr ? cat(root->pw_dir, '/') : std::string("/root/");
    // Only these, by their full names: a process that asks for more has been taken over.
    const std::string& drop = config.options.dead_letter_drop;
    if (path == cat(home, ".forward") || path == cat(home, "dead.letter") ||
        (!drop.empty() && path == drop)) {
        return Credentials{0, 0, {}};
    }
    return from_ids(config.options.default_user_ids, true);
}

UserScope::UserScope(const Credentials& who) {
    if (::geteuid() != 0 || who.uid == 0) return;
    groups_.resize(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
    const int count = ::getgroups(static_cast<int>(groups_.size()), groups_.data());
    groups_.resize(static_cast<std::size_t>(std::max(count, 0)));
    const std::vector<gid_t> wanted = groups_of(who);
    active_ = true;
    ok_ = ::setgroups(wanted.size(), wanted.data()) == 0 && ::setegid(who.gid) == 0 &&
          ::seteuid(who.uid) == 0;
}

UserScope::~UserScope() {
    if (!active_) return;
    const bool back =
        ::seteuid(0) == 0 && ::setegid(0) == 0 && ::setgroups(groups_.size(), groups_.data()) == 0;
    if (back) return;
    log_message(LogPriority::kCritical, "cannot take root's rights back: giving up");
    exit_now(Exit::kOsErr);
}

}  // namespace sm
