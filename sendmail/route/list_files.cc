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

// The text without comment lines and empty lines; line ends stay, they separate.
std::string without_comments(std::string_view text) {
    std::string out;
    for (const std::string_view line : split(text, '\n')) {
        if (line.starts_with('#') || trim(line).empty()) continue;
        append(out, line, '\n');
    }
    return out;
}

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

// A recipient that stays, with the trouble a list file made.
void note_trouble(Recipient& recipient, const Error& error, std::string_view path) {
    const bool temporary = error.code != Exit::kNoInput && error.code != Exit::kNoPerm;
    recipient.status = temporary ? Exit::kTempFail : Exit::kUnavailable;
    recipient.dsn = temporary ? "4.2.4" : "5.2.4";
    recipient.status_text = cat("Cannot open ", path, ": ", error.text);
    recipient.state = temporary ? Recipient::State::kQueued : Recipient::State::kFailed;
    if (temporary) recipient.target.mailer = nullptr;
}

// Programs and files named in a user's own list need a valid shell; see is_valid_shell.
void check_shell(Recipient& member, const LocalAccount& account, std::string_view host) {
    const bool program = member.target.mailer != nullptr && member.target.mailer->name == "prog";
    const bool file = member.target.mailer != nullptr && member.target.mailer->name == "*file*";
    if ((!program && !file) || is_valid_shell(account.shell)) return;
    member.state = Recipient::State::kFailed;
    member.status = Exit::kUsage;
    member.dsn = "5.7.1";
    member.status_text =
        cat("User ", account.name, "@", host, " doesn't have a valid shell for mailing to ",
            program ? "programs" : "files");
}

}  // namespace

void Router::include_file(Envelope& envelope, std::size_t index, int depth, Deadline deadline) {
    const std::string user = unquote(envelope.recipients[index].target.user);
    const std::string path(istarts_with(user, kInclude) ? trim(user.substr(kInclude.size()))
                                                        : trim(user));
    const ControllingUser asker = *envelope.recipients[index].controlling_user;
    auto file = privileged_.open_user_file(UserFileKind::kInclude, path, credentials_of(asker));
    if (!file.ok()) return note_trouble(envelope.recipients[index], file.error(), path);
    auto text = read_all(file->get(), kMaxListFile);
    if (!text.ok()) return note_trouble(envelope.recipients[index], text.error(), path);
    // The owner of the list controls what it names, unless a user's own .forward led here or the
    // list belongs to root.
    struct stat info {};
    if (asker.uid == config_.options.default_user_ids.uid && ::fstat(file->get(), &info) == 0 &&
        info.st_uid != 0) {
        const auto owner = find_account(info.st_uid);
        if (owner.ok() && owner->has_value()) {
            envelope.recipients[index].controlling_user =
                ControllingUser{(*owner)->name, (*owner)->uid, (*owner)->gid, asker.alias};
        }
    }
    add_members(envelope, index, without_comments(*text), depth, deadline);
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
                if (hooks_.warn) hooks_.warn(cat("forward: ", path, ": ", file.error().text));
                continue;
            }
            note_trouble(envelope.recipients[index], file.error(), path);
            return true;
        }
        auto text = read_all(file->get(), kMaxListFile);
        if (!text.ok()) {
            note_trouble(envelope.recipients[index], text.error(), path);
            return true;
        }
        const std::string members = without_comments(*text);
        if (trim(members).empty()) return false;  // an empty .forward is none
        envelope.recipients[index].controlling_user = ControllingUser{
            account.name, account.uid, account.gid, envelope.recipients[index].address};
        const std::size_t first_member = envelope.recipients.size();
        add_members(envelope, index, members, depth, deadline);
        for (std::size_t i = first_member; i < envelope.recipients.size(); ++i) {
            check_shell(envelope.recipients[i], account, envelope.macros.get("j"));
        }
        return envelope.recipients[index].state != Recipient::State::kQueued;
    }
    return false;
}

}  // namespace sm
