// Router's reading of :include: and .forward files.
#include <sys/stat.h>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/route/address_list.h"
#include "sendmail/route/alias_maps.h"
#include "sendmail/route/dedupe.h"
#include "sendmail/route/local_user.h"
#include "sendmail/route/router.h"

namespace sm {
namespace {

constexpr std::string_view kInclude = ":include:";
constexpr std::size_t kMaxListFile = 64U << 20;
constexpr std::string_view kAnyShell = "/SENDMAIL/ANY/SHELL/";

Credentials credentials_of(const ControllingUser& user) {
    Credentials out{user.uid, user.gid, {}};
    if (user.uid != 0 && !user.name.empty()) {
        const auto account = find_account(user.name);
        if (account.ok() && account->has_value() && (*account)->uid == user.uid) {
            out.groups_of = user.name;
        }
    }
    return out;
}

// Named by the owner of the list, here or in a list further down: not by an alias on the way.
bool comes_from(const Recipient& list, const Recipient& member) {
    return list.controlling_user && member.controlling_user &&
           list.controlling_user->origin == member.controlling_user->origin;
}

// A recipient that stays, with the trouble a list file made.
void note_trouble(Recipient& recipient, const Error& error, std::string_view path) {
    const bool temporary = error.code != Exit::kNoInput && error.code != Exit::kNoPerm;
    recipient.status = temporary ? Exit::kTempFail : Exit::kUsage;
    recipient.dsn = temporary ? "4.2.4" : "5.2.4";
    recipient.status_text = cat("Cannot open ", path, ": ", error.text);
    recipient.state = temporary ? Recipient::State::kQueued : Recipient::State::kFailed;
    recipient.refused_with = temporary ? 450 : 550;
    if (temporary) recipient.target.mailer = nullptr;
}

// What "F: group writable X, marked unsafe" calls it; the words of DontBlameSendmail.
struct Kind {
    std::string_view what;
    std::string_view unsafe_directory;
    std::string_view unsafe_directory_safe;
    std::string_view group_writable_safe;
};

constexpr Kind kForwardFile = {"forward file", "ForwardFileInUnsafeDirPath",
                               "ForwardFileInUnsafeDirPathSafe", "GroupWritableForwardFileSafe"};
constexpr Kind kIncludeFile = {":include: file", "IncludeFileInUnsafeDirPath",
                               "IncludeFileInUnsafeDirPathSafe", "GroupWritableIncludeFileSafe"};

}  // namespace

// Without comment lines and empty lines.
std::vector<Router::ListLine> Router::lines_of(std::string_view text, const std::string& path) {
    std::vector<ListLine> out;
    int number = 0;
    for (const std::string_view line : split(text, '\n')) {
        ++number;
        if (line.starts_with('#') || trim(line).empty()) continue;
        out.push_back({std::string(trim(line)), cat(path, ": line ", number)});
    }
    return out;
}

Router::Trust Router::trust_in(UserFileKind kind, const UserFile& file, const std::string& path) {
    const BlameSet& blame = config_.options.dont_blame_sendmail;
    const Kind& words = kind == UserFileKind::kForward ? kForwardFile : kIncludeFile;
    Trust trust;
    struct stat info {};
    if (::fstat(file.fd.get(), &info) != 0) return {false, false};
    trust.owner_known = file.safe_directory || blame.has("AssumeSafeChown");
    if (!file.safe_directory && blame.has(words.unsafe_directory) &&
        !blame.has(words.unsafe_directory_safe)) {
        trust.safe = false;
    }
    if (!privileged_.can_act_as_others() && !blame.has("NonRootSafeAddr")) trust.safe = false;
    const auto mark = [this, &trust, &path](std::string_view why) {
        trust.safe = false;
        if (hooks_.warn) hooks_.warn(cat(path, ": ", why, ", marked unsafe"));
    };
    if (kind == UserFileKind::kInclude && !trust.owner_known) {
        const auto owner = find_account(info.st_uid);
        const bool known = owner.ok() && owner->has_value();
        mark(cat("user ", known ? (*owner)->name : cat(info.st_uid), " has bad shell ", kAnyShell));
    }
    if ((info.st_mode & S_IWOTH) != 0) {
        mark(cat("world writable ", words.what));
    } else if ((info.st_mode & S_IWGRP) != 0 && !blame.has(words.group_writable_safe)) {
        mark(cat("group writable ", words.what));
    }
    return trust;
}

void Router::check_members(Envelope& envelope, std::size_t list, std::size_t first,
                           const Trust& trust, const LocalAccount* account) {
    const bool bad_shell = account != nullptr && !is_valid_shell(account->shell);
    if (trust.safe && !bad_shell) return;
    for (std::size_t i = first; i < envelope.recipients.size(); ++i) {
        Recipient& member = envelope.recipients[i];
        const bool program =
            member.target.mailer != nullptr && member.target.mailer->name == "prog";
        const bool file = member.target.mailer != nullptr && member.target.mailer->name == "*file*";
        if ((!program && !file) || !comes_from(envelope.recipients[list], member)) continue;
        const std::string_view to = program ? "programs" : "files";
        member.state = Recipient::State::kFailed;
        member.status = Exit::kUsage;
        member.dsn = "5.7.1";
        member.refused_with = 550;
        member.status_text = !trust.safe
                                 ? cat("Address ", envelope.recipients[list].address,
                                       " is unsafe for mailing to ", to)
                                 : cat("User ", account->name, "@", envelope.macros.get("j"),
                                       " doesn't have a valid shell for mailing to ", to);
    }
}

void Router::include_file(Envelope& envelope, std::size_t index, int depth, Deadline deadline) {
    const std::string user = unquote(envelope.recipients[index].target.user);
    const std::string path(istarts_with(user, kInclude) ? trim(user.substr(kInclude.size()))
                                                        : trim(user));
    tell(envelope.recipients[index], cat("including file ", path));
    if (!path.starts_with('/')) {
        const Error refused = make_error(Exit::kNoPerm, "Permission denied");
        return note_trouble(envelope.recipients[index], refused, path);
    }
    const ControllingUser asker = *envelope.recipients[index].controlling_user;
    auto file = privileged_.open_user_file(UserFileKind::kInclude, path, credentials_of(asker));
    if (!file.ok()) return note_trouble(envelope.recipients[index], file.error(), path);
    auto text = read_all(file->fd.get(), kMaxListFile);
    if (!text.ok()) return note_trouble(envelope.recipients[index], text.error(), path);
    const Trust trust = trust_in(UserFileKind::kInclude, *file, path);
    std::optional<LocalAccount> writer;
    // The owner of the list controls what it names, unless a user's own .forward or another list
    // led here, or the list belongs to root.
    struct stat info {};
    ControllingUser controller = asker;
    const bool nobodys = asker.origin.empty() && asker.uid == config_.options.default_user_ids.uid;
    if (trust.owner_known && nobodys && ::fstat(file->fd.get(), &info) == 0 && info.st_uid != 0) {
        const auto owner = find_account(info.st_uid);
        if (owner.ok() && owner->has_value()) {
            if (info.st_uid != asker.uid) writer = **owner;
            if (hooks_.warn && !is_valid_shell((*owner)->shell)) {
                hooks_.warn(cat(path, ": user ", (*owner)->name, " has bad shell ", (*owner)->shell,
                                ", marked bogus"));
            }
            controller = ControllingUser{(*owner)->name, (*owner)->uid, (*owner)->gid, {}};
        }
    }
    controller.alias = envelope.recipients[index].address;
    if (controller.origin.empty()) controller.origin = controller.alias;
    envelope.recipients[index].controlling_user = std::move(controller);
    const std::size_t first_member = envelope.recipients.size();
    const std::vector<ListLine> members = lines_of(*text, path);
    for (const ListLine& line : members) {
        if (hooks_.tell) hooks_.tell(cat(line.source, ": sending to ", line.text));
    }
    add_members(envelope, index, members, ListKind::kInclude, depth, deadline);
    check_members(envelope, index, first_member, trust, writer ? &*writer : nullptr);
    if (!config_.options.me_too) leave_out_sender(envelope, first_member);
}

// MeToo off: who sends to a list file that he is in, among others, gets no copy through it nor
// through an alias beside it.
void Router::leave_out_sender(Envelope& envelope, std::size_t first_member) {
    const std::string sender = target_key(envelope.sender_target);
    bool listed = false;
    bool others = false;
    for (std::size_t i = first_member; i < envelope.recipients.size(); ++i) {
        const Recipient& member = envelope.recipients[i];
        if (member.state == Recipient::State::kExpanded || member.target.mailer == nullptr)
            continue;
        (target_key(member.target) == sender ? listed : others) = true;
    }
    if (!listed || !others) return;
    sender_left_out_ = true;
    for (Recipient& recipient : envelope.recipients) {
        if (recipient.is_member() && recipient.state == Recipient::State::kQueued &&
            target_key(recipient.target) == sender) {
            recipient.state = Recipient::State::kDropped;
        }
    }
}

bool Router::forward(Envelope& envelope, std::size_t index, const LocalAccount& account, int depth,
                     Deadline deadline) {
    if (!forwarding_ || config_.options.forward_path.empty()) return false;
    MacroScope scope(&envelope.macros);
    scope.set("z", account.home);
    scope.set("u", account.name);
    scope.set("h", envelope.recipients[index].target.host);
    scope.set("f", envelope.sender);
    const Credentials as{account.uid, account.gid, account.name};
    for (const std::string_view piece : split(config_.options.forward_path, ':')) {
        const std::string path = expand_macros(piece, scope);
        if (path.empty()) continue;
        auto file = privileged_.open_user_file(UserFileKind::kForward, path, as);
        if (!file.ok()) {
            const Exit code = file.error().code;
            if (code == Exit::kNoInput) continue;
            // An unsafe or unreadable file is passed over with a word in the log; one that cannot
            // be asked for keeps the message.
            if (code == Exit::kNoPerm) {
                if (hooks_.warn) hooks_.warn(cat("forward ", path, ": ", file.error().text));
                continue;
            }
            note_trouble(envelope.recipients[index], file.error(), path);
            return true;
        }
        auto text = read_all(file->fd.get(), kMaxListFile);
        if (!text.ok()) {
            note_trouble(envelope.recipients[index], text.error(), path);
            return true;
        }
        const std::vector<ListLine> members = lines_of(*text, path);
        if (members.empty()) return false;  // an empty .forward is none
        for (const ListLine& line : members) {
            if (hooks_.log_forward) {
                hooks_.log_forward(envelope.recipients[index].address, line.text);
            }
            if (hooks_.tell) hooks_.tell(cat(line.source, ": forwarding to ", line.text));
        }
        const std::string address = envelope.recipients[index].address;
        envelope.recipients[index].controlling_user =
            ControllingUser{account.name, account.uid, account.gid, address, address};
        const std::size_t first_member = envelope.recipients.size();
        const Trust trust = trust_in(UserFileKind::kForward, *file, path);
        add_members(envelope, index, members, ListKind::kForward, depth, deadline);
        check_members(envelope, index, first_member, trust, &account);
        return envelope.recipients[index].state != Recipient::State::kQueued;
    }
    return false;
}

}  // namespace sm
