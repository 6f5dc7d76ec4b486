#include "sendmail/route/router.h"

#include <unistd.h>

#include <algorithm>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/route/address_list.h"
#include "sendmail/route/alias_maps.h"
#include "sendmail/route/dedupe.h"
#include "sendmail/route/local_user.h"

namespace sm {
namespace {

void fail(Recipient& recipient, Exit status, std::string_view dsn, std::string_view text) {
    recipient.status = status;
    recipient.dsn = dsn;
    recipient.status_text = text;
    recipient.state = is_temporary(status) ? Recipient::State::kQueued : Recipient::State::kFailed;
    if (is_temporary(status)) recipient.target.mailer = nullptr;
}

// A lookup that could not tell: try later.
void defer(Recipient& recipient, const Error& error) {
    fail(recipient, Exit::kTempFail, error.dsn.empty() ? "4.3.0" : error.dsn,
         cat("Deferred: ", error.text));
}

void note_parse_result(Recipient& recipient, ParsedAddress&& parsed) {
    recipient.target = std::move(parsed.target);
    recipient.dsn = parsed.dsn;
    recipient.status_text = parsed.message;
    recipient.status = parsed.status;
    if (parsed.ok()) return;
    fail(recipient, parsed.status, parsed.dsn, parsed.message);
}

bool is_quoted_local(std::string_view user) {
    return user.starts_with('\\');
}

std::string login_of(std::string_view user) {
    return is_quoted_local(user) ? std::string(user.substr(1)) : unquote(user);
}

// A program, a file or a list, as the address parser found it in the user part (F=| F=/ F=:).
bool is_special(const MailerSpec& mailer) {
    return mailer.name == "prog" || mailer.name == "*file*" || mailer.name == "*include*";
}

std::string_view forbidden_text(const MailerSpec& mailer) {
    if (mailer.name == "prog") return "Cannot mail directly to programs";
    if (mailer.name == "*include*") return "Cannot mail directly to :include:s";
    return "Cannot mail directly to files";
}

}  // namespace

struct Router::Owner {
    LocalAccount account;
    bool renamed = false;  // found by its full name
};

Router::Router(const Config& config, Privileged& privileged)
    : config_(config), privileged_(privileged) {}

Router::~Router() = default;

Status Router::expand(Envelope& envelope, Deadline deadline) {
    // The list grows while it is walked: members come behind.
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        if (envelope.recipients[i].state != Recipient::State::kQueued) continue;
        if (envelope.recipients[i].from_alias && envelope.recipients[i].target.mailer != nullptr) {
            continue;  // a member made and routed by this call
        }
        route(envelope, i, 0, deadline);
        if (deadline.passed()) return make_error(Exit::kTempFail, "alias expansion timed out");
    }
    return {};
}

void Router::route(Envelope& envelope, std::size_t index, int depth, Deadline deadline) {
    if (depth > config_.options.max_alias_recursion) {
        return fail(envelope.recipients[index], Exit::kUnavailable, "5.4.6",
                    cat("aliasing/forwarding loop broken (", depth, " aliases deep; ",
                        config_.options.max_alias_recursion, " max)"));
    }
    if (envelope.recipients[index].target.mailer == nullptr) {
        envelope.macros.set("addr_type", "e r");
        Rewriter rewriter(config_, envelope.macros);
        ParsedAddress parsed = parse_address(rewriter, envelope.recipients[index].address,
                                             AddressRole::kEnvelopeRecipient, deadline);
        note_parse_result(envelope.recipients[index], std::move(parsed));
    }
    Recipient& recipient = envelope.recipients[index];
    if (recipient.state != Recipient::State::kQueued || recipient.target.mailer == nullptr) return;
    recipient.status = Exit::kOk;
    const MailerSpec& mailer = *recipient.target.mailer;
    if (!is_special(mailer)) return route_local(envelope, index, depth, deadline);
    if (!recipient.controlling_user) {
        return fail(recipient, Exit::kUsage, "5.7.1", forbidden_text(mailer));
    }
    if (mailer.name == "*include*") return include_file(envelope, index, depth, deadline);
    if (mailer.name == "*file*") recipient.target.user = unquote(recipient.target.user);
    suppress_duplicate(envelope, index);
}

// Aliases, ruleset 5, the account, .forward: in this order, for mailers with the flags.
void Router::route_local(Envelope& envelope, std::size_t index, int depth, Deadline deadline) {
    const bool quoted = is_quoted_local(envelope.recipients[index].target.user);
    {
        Recipient& recipient = envelope.recipients[index];
        if (!recipient.target.mailer->has('u')) {
            recipient.target.user = lower(recipient.target.user);
        }
    }
    bool self_reference = false;
    if (aliasing_ && !quoted && envelope.recipients[index].target.mailer->has('A')) {
        auto members = find_alias(envelope.recipients[index], deadline);
        if (!members.ok()) return defer(envelope.recipients[index], members.error());
        if (members->has_value()) {
            const std::string address = envelope.recipients[index].address;
            if (hooks_.log_alias) hooks_.log_alias(address, **members);
            tell(envelope.recipients[index], cat("aliased to ", **members));
            add_members(envelope, index, {ListLine{**members}}, depth, deadline);
            if (envelope.recipients[index].state != Recipient::State::kQueued) return;
            self_reference = true;
        }
    }
    const Target& target = envelope.recipients[index].target;
    if (!quoted && target.mailer->has('@') && !target.user.starts_with('@') &&
        expand_maildrops(envelope, index, depth, deadline)) {
        return;
    }
    if (!self_reference && target.mailer->has('5') && !target.user.starts_with('@')) {
        Recipient& recipient = envelope.recipients[index];
        envelope.macros.set("h", recipient.target.host);
        Rewriter rewriter(config_, envelope.macros);
        Target other = recipient.target;
        const auto moved = apply_localaddr(rewriter, other, deadline);
        if (!moved.ok()) return defer(recipient, moved.error());
        if (*moved && target_key(other) != target_key(recipient.target)) {
            recipient.target = std::move(other);
            return route(envelope, index, depth + 1, deadline);
        }
    }
    if (target.mailer->has('w')) {
        const auto owner = find_owner(envelope.recipients[index], target.user);
        if (!owner) return;
        if (owner->renamed) {
            tell(envelope.recipients[index], cat("sending to login name ", owner->account.name));
            if (!quoted) return route(envelope, index, depth + 1, deadline);
        }
        envelope.recipients[index].home = owner->account.home;
        if (!quoted && forward(envelope, index, owner->account, depth, deadline)) return;
        if (envelope.recipients[index].state != Recipient::State::kQueued ||
            envelope.recipients[index].target.mailer == nullptr) {
            return;
        }
        if (!envelope.recipients[index].controlling_user) {
            envelope.recipients[index].controlling_user =
                ControllingUser{owner->account.name, owner->account.uid, owner->account.gid,
                                envelope.recipients[index].address};
        }
    }
    suppress_duplicate(envelope, index);
}

// Whose mailbox it is: the account of that name, with MatchGECOS the one of that full name.
// nullopt: nobody's, or nobody can tell; the recipient has its status then.
std::optional<Router::Owner> Router::find_owner(Recipient& recipient,
                                                const std::string& user) const {
    const std::string login = login_of(user);
    auto account = find_account(login);
    bool renamed = false;
    if (config_.options.match_gecos && account.ok() && !account->has_value()) {
        account = find_account_of(login, config_.options.blank_sub);
        renamed = true;
    }
    if (!account.ok()) {
        defer(recipient, account.error());
    } else if (!account->has_value()) {
        fail(recipient, Exit::kNoUser, "5.1.1", "User unknown");
    } else {
        if (renamed) recipient.target.user = (*account)->name;
        return Owner{**std::move(account), renamed};
    }
    return std::nullopt;
}

void Router::suppress_duplicate(Envelope& envelope, std::size_t index) {
    Recipient& recipient = envelope.recipients[index];
    if (sender_left_out_ && recipient.from_alias &&
        target_key(recipient.target) == target_key(envelope.sender_target)) {
        recipient.state = Recipient::State::kDropped;
        return;
    }
    const std::string key = recipient_key(recipient);
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const Recipient& other = envelope.recipients[i];
        const bool stands =
            other.state == Recipient::State::kQueued || other.state == Recipient::State::kSent;
        // One that is not routed yet will find this one.
        if (i == index || !stands || other.target.mailer == nullptr) continue;
        if (recipient_key(other) == key) {
            recipient.state = Recipient::State::kDropped;
            return;
        }
    }
}

void Router::tell(const Recipient& recipient, const std::string& what) const {
    if (!hooks_.tell) return;
    const std::string& place = recipient.listed_at;
    hooks_.tell(cat(place, place.empty() ? "" : ": ", recipient.address, "... ", what));
}

Result<std::optional<std::string>> Router::find_alias(const Recipient& recipient,
                                                      Deadline deadline) {
    return look_up_alias(config_, recipient.target.user, deadline);
}

bool Router::expand_maildrops(Envelope& envelope, std::size_t index, int depth, Deadline deadline) {
    Recipient& recipient = envelope.recipients[index];
    const auto field = [this, &recipient, deadline](std::string_view name) {
        return look_up_user_database(config_, name, recipient.target.user, deadline);
    };
    const auto maildrops = field("maildrop");
    const auto sender = maildrops.ok() && maildrops->has_value() ? field("mailsender") : maildrops;
    for (const auto* answer : {&maildrops, &sender}) {
        if (answer->ok()) continue;
        defer(recipient, answer->error());
        return true;
    }
    if (!maildrops->has_value()) return false;
    tell(recipient, cat("expanded to ", **maildrops));
    const std::string owner = sender->has_value() ? **sender : recipient.owner;
    add_members(envelope, index, {ListLine{**maildrops}}, owner, depth, deadline);
    return envelope.recipients[index].state != Recipient::State::kQueued;
}

// The sender that mail to the members has: of owner-NAME, if there is one.
Result<std::string> Router::owner_of(const Recipient& alias, Deadline deadline) {
    constexpr std::string_view kOwner = "owner-";
    const bool of_owner = istarts_with(alias.target.user, kOwner);
    const std::string name =
        cat(kOwner, of_owner ? std::string_view("owner") : std::string_view(alias.target.user));
    SM_TRY(const auto owner, look_up_alias(config_, name, deadline));
    if (!owner) return alias.owner;
    const auto targets = split_addresses(*owner);
    return targets.size() == 1 ? targets.front() : name;
}

void Router::add_members(Envelope& envelope, std::size_t index, const std::vector<ListLine>& list,
                         int depth, Deadline deadline, bool forward) {
    const Recipient& alias = envelope.recipients[index];
    const Result<std::string> owner =
        forward ? Result<std::string>(alias.owner) : owner_of(alias, deadline);
    if (!owner.ok()) return defer(envelope.recipients[index], owner.error());
    add_members(envelope, index, list, *owner, depth, deadline, forward);
}

void Router::add_members(Envelope& envelope, std::size_t index, const std::vector<ListLine>& list,
                         const std::string& owner_sender, int depth, Deadline deadline,
                         bool forward) {
    const Recipient alias = envelope.recipients[index];
    envelope.recipients[index].state = Recipient::State::kExpanded;
    open_aliases_.push_back({target_key(alias.target), forward});
    bool names_itself = false;
    for (const ListLine& line : list) {
        for (const std::string& text : split_addresses(line.text)) {
            names_itself |=
                add_member(envelope, alias, text, line.source, owner_sender, depth, deadline);
        }
    }
    names_itself |= open_aliases_.back().named;
    open_aliases_.pop_back();
    // "foo: foo, bar": foo keeps its mailbox.
    if (!names_itself) return;
    envelope.recipients[index].state = Recipient::State::kQueued;
    envelope.recipients[index].owner = owner_sender;
}

bool Router::add_member(Envelope& envelope, const Recipient& alias, const std::string& text,
                        const std::string& source, const std::string& owner, int depth,
                        Deadline deadline) {
    Recipient member;
    member.address = text;
    member.primary = false;
    member.from_alias = true;
    member.notify = alias.notify;
    member.orcpt = alias.orcpt;
    member.final_recipient = alias.final_recipient;
    member.alias_of = alias.alias_of.empty() ? alias.address : alias.alias_of;
    member.listed_at = source;
    member.owner = owner;
    member.controlling_user =
        alias.controlling_user ? alias.controlling_user : default_controller(config_, alias);
    Rewriter rewriter(config_, envelope.macros);
    ParsedAddress parsed = parse_address(rewriter, text, AddressRole::kEnvelopeRecipient, deadline);
    if (parsed.ok() && !parsed.target.mailer->has('u')) {
        parsed.target.user = lower(parsed.target.user);
    }
    if (parsed.ok() && target_key(parsed.target) == target_key(alias.target)) return true;
    const auto open =
        std::find_if(open_aliases_.begin(), open_aliases_.end(), [&parsed](const OpenAlias& one) {
            return parsed.ok() && one.key == target_key(parsed.target);
        });
    if (open != open_aliases_.end() && open->forward) {
        open->named = true;
        return false;
    }
    if (open != open_aliases_.end()) {
        fail(member, Exit::kUnavailable, "5.4.6", "aliasing/forwarding loop broken");
        envelope.recipients.push_back(std::move(member));
        return false;
    }
    note_parse_result(member, std::move(parsed));
    if (!member.controlling_user && member.target.mailer != nullptr &&
        is_special(*member.target.mailer)) {
        member.controlling_user = default_controller(config_, alias);
    }
    envelope.recipients.push_back(std::move(member));
    const std::size_t at = envelope.recipients.size() - 1;
    if (envelope.recipients[at].state == Recipient::State::kQueued &&
        envelope.recipients[at].target.mailer != nullptr) {
        route(envelope, at, depth + 1, deadline);
    }
    return false;
}

void Router::verify(Envelope& envelope, Recipient& recipient, Deadline deadline) {
    for (int depth = 0; depth <= config_.options.max_alias_recursion; ++depth) {
        if (recipient.target.mailer == nullptr) return;
        if (is_special(*recipient.target.mailer)) {
            return fail(recipient, Exit::kUsage, "5.7.1", forbidden_text(*recipient.target.mailer));
        }
        Target& target = recipient.target;
        const bool quoted = is_quoted_local(target.user);
        const std::string user = target.mailer->has('u') ? target.user : lower(target.user);
        if (aliasing_ && !quoted && target.mailer->has('A')) {
            auto members = look_up_alias(config_, user, deadline);
            if (!members.ok()) return defer(recipient, members.error());
            if (members->has_value()) return;
        }
        if (!quoted && target.mailer->has('@')) {
            auto maildrops = look_up_user_database(config_, "maildrop", user, deadline);
            if (!maildrops.ok()) return defer(recipient, maildrops.error());
            if (maildrops->has_value()) return;
        }
        if (target.mailer->has('5') && !user.starts_with('@')) {
            envelope.macros.set("h", target.host);
            Rewriter rewriter(config_, envelope.macros);
            Target other = target;
            const auto moved = apply_localaddr(rewriter, other, deadline);
            if (!moved.ok()) return defer(recipient, moved.error());
            if (*moved && target_key(other) != target_key(target)) {
                target = std::move(other);
                continue;
            }
        }
        if (!target.mailer->has('w')) return;
        const auto owner = find_owner(recipient, user);
        if (!owner) return;
        if (owner->renamed && !quoted) continue;
        recipient.home = owner->account.home;
        return;
    }
    fail(recipient, Exit::kUnavailable, "5.4.6", "aliasing/forwarding loop broken");
}

}  // namespace sm
