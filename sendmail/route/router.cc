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

constexpr std::string_view kLoop = "aliasing/forwarding loop broken";

void fail(Recipient& recipient, Exit status, std::string_view dsn, std::string_view text) {
    recipient.status = status;
    recipient.dsn = dsn;
    recipient.status_text = text;
    recipient.state = is_temporary(status) ? Recipient::State::kQueued : Recipient::State::kFailed;
    if (is_temporary(status)) recipient.target.mailer = nullptr;
}

// A verdict on the address as such; nobody's delivery failed.
void refuse(Recipient& recipient, Exit status, int smtp, std::string_view dsn,
            std::string_view text) {
    fail(recipient, status, dsn, text);
    recipient.refused_with = smtp;
}

void refuse_loop(Recipient& recipient, std::string_view text) {
    refuse(recipient, Exit::kUnavailable, 554, "5.4.6", text);
}

// A list or .forward whose members are there already, under whatever name it is given again.
bool opened_before(const Envelope& envelope, std::size_t index) {
    const std::string key = target_key(envelope.recipients[index].target);
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const Recipient& other = envelope.recipients[i];
        const bool opened = other.state == Recipient::State::kExpanded || other.own_mailbox;
        if (i != index && opened && target_key(other.target) == key) return true;
    }
    return false;
}

void fail_unknown(Recipient& recipient) {
    fail(recipient, Exit::kNoUser, "5.1.1", "User unknown");
    recipient.reply = "550 5.1.1 User unknown";
}

// A failure is told once of everybody, however many lists name them.
void drop_if_told(Envelope& envelope, std::size_t index) {
    Recipient& recipient = envelope.recipients[index];
    if (recipient.state != Recipient::State::kFailed) return;
    const std::string key = recipient_key(recipient);
    for (std::size_t i = 0; i < envelope.recipients.size(); ++i) {
        const Recipient& other = envelope.recipients[i];
        if (i == index || other.state != Recipient::State::kFailed) continue;
        if (recipient_key(other) == key) recipient.state = Recipient::State::kDropped;
    }
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
    refuse(recipient, parsed.status, parsed.smtp, parsed.dsn, parsed.message);
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
    // The list grows while it is walked: members come behind, routed already.
    const std::size_t given = envelope.recipients.size();
    for (std::size_t i = 0; i < given; ++i) {
        if (envelope.recipients[i].state != Recipient::State::kQueued) continue;
        const std::size_t first = envelope.recipients.size();
        route(envelope, i, 0, deadline);
        forgive_loops(envelope, first);
        if (deadline.passed()) return make_error(Exit::kTempFail, "alias expansion timed out");
    }
    return {};
}

void Router::forgive_loops(Envelope& envelope, std::size_t first) {
    const auto begin = envelope.recipients.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = envelope.recipients.end();
    const auto is_loop = [](const Recipient& one) {
        return one.refused_with != 0 && one.status_text == kLoop;
    };
    const bool way_out = std::any_of(begin, end, [&is_loop](const Recipient& one) {
        return !is_loop(one) && one.state != Recipient::State::kExpanded;
    });
    if (!way_out) return;
    for (auto one = begin; one != end; ++one) {
        if (is_loop(*one)) one->state = Recipient::State::kDropped;
    }
}

void Router::route(Envelope& envelope, std::size_t index, int depth, Deadline deadline) {
    if (depth > config_.options.max_alias_recursion) {
        return refuse_deep(envelope.recipients[index], depth);
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
    if (opened_before(envelope, index)) {
        recipient.state = Recipient::State::kDropped;
        return;
    }
    const MailerSpec& mailer = *recipient.target.mailer;
    if (!is_special(mailer)) return route_local(envelope, index, depth, deadline);
    if (!recipient.controlling_user) {
        return refuse(recipient, Exit::kUsage, 550, "5.7.1", forbidden_text(mailer));
    }
    if (mailer.name == "*include*") return include_file(envelope, index, depth, deadline);
    if (mailer.name == "*file*") recipient.target.user = unquote(recipient.target.user);
    suppress_duplicate(envelope, index);
}

void Router::refuse_deep(Recipient& recipient, int depth) const {
    refuse_loop(recipient, cat(kLoop, " (", depth, " aliases deep; ",
                               config_.options.max_alias_recursion, " max)"));
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
            add_members(envelope, index, {ListLine{**members}}, ListKind::kAlias, depth, deadline);
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
        if (!owner) return drop_if_told(envelope, index);
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
        Recipient& mailbox = envelope.recipients[index];
        mailbox.controlling_user =
            ControllingUser{owner->account.name, owner->account.uid, owner->account.gid,
                            mailbox.is_member() ? mailbox.alias_of : mailbox.address};
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
        fail_unknown(recipient);
    } else {
        if (renamed) recipient.target.user = (*account)->name;
        return Owner{**std::move(account), renamed};
    }
    return std::nullopt;
}

void Router::suppress_duplicate(Envelope& envelope, std::size_t index) {
    Recipient& recipient = envelope.recipients[index];
    if (sender_left_out_ && recipient.is_member() &&
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
    add_members(envelope, index, {ListLine{**maildrops}}, ListKind::kAlias, owner, depth, deadline);
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
                         ListKind kind, int depth, Deadline deadline) {
    Recipient& alias = envelope.recipients[index];
    const Result<std::string> owner =
        kind == ListKind::kForward ? Result<std::string>(alias.owner) : owner_of(alias, deadline);
    if (!owner.ok()) return defer(alias, owner.error());
    alias.has_owner = !owner->empty() && *owner != alias.owner;
    add_members(envelope, index, list, kind, *owner, depth, deadline);
}

void Router::add_members(Envelope& envelope, std::size_t index, const std::vector<ListLine>& list,
                         ListKind kind, const std::string& owner_sender, int depth,
                         Deadline deadline) {
    if (depth >= config_.options.max_alias_recursion) {
        return refuse_deep(envelope.recipients[index], depth + 1);
    }
    std::vector<ListLine> entries;
    for (const ListLine& line : list) {
        // The last address of a line comes first, as readers of queue files and reports know it.
        std::vector<std::string> addresses = split_addresses(line.text);
        std::reverse(addresses.begin(), addresses.end());
        for (std::string& text : addresses) entries.push_back({std::move(text), line.source});
    }
    const Recipient alias = envelope.recipients[index];
    envelope.recipients[index].state = Recipient::State::kExpanded;
    open_aliases_.push_back({target_key(alias.target), kind == ListKind::kForward});
    bool names_itself = false;
    for (const ListLine& entry : entries) {
        Recipient member = make_member(alias, kind, entry, owner_sender);
        member.primary = alias.primary && entries.size() == 1;
        names_itself |= add_member(envelope, alias, std::move(member), depth, deadline);
    }
    names_itself |= open_aliases_.back().named;
    open_aliases_.pop_back();
    // "foo: foo, bar": foo keeps its mailbox.
    if (!names_itself) return;
    envelope.recipients[index].state = Recipient::State::kQueued;
    envelope.recipients[index].owner = owner_sender;
    envelope.recipients[index].own_mailbox = true;
}

Recipient Router::make_member(const Recipient& list, ListKind kind, const ListLine& line,
                              const std::string& owner) const {
    Recipient member;
    member.address = line.text;
    member.from_alias = kind == ListKind::kAlias;
    member.notify = list.notify;
    member.orcpt = list.orcpt;
    member.final_recipient = list.final_recipient;
    member.alias_of = list.address;
    member.listed_at = line.source.empty() ? list.listed_at : line.source;
    member.owner = owner;
    // What the administrator wrote into an alias is nobody's in particular; a list or a .forward
    // belongs to somebody.
    if (kind == ListKind::kAlias) {
        member.controlling_user = default_controller(config_, list);
    } else {
        member.controlling_user = list.controlling_user;
    }
    return member;
}

bool Router::add_member(Envelope& envelope, const Recipient& alias, Recipient member, int depth,
                        Deadline deadline) {
    Rewriter rewriter(config_, envelope.macros);
    ParsedAddress parsed =
        parse_address(rewriter, member.address, AddressRole::kEnvelopeRecipient, deadline);
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
        refuse_loop(member, kLoop);
        envelope.recipients.push_back(std::move(member));
        return false;
    }
    note_parse_result(member, std::move(parsed));
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
    fail(recipient, Exit::kUnavailable, "5.4.6", kLoop);
}

}  // namespace sm
