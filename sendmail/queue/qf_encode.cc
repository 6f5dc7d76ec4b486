#include <algorithm>
#include <array>

#include "libsm/encodings.h"
#include "libsm/strings.h"
#include "sendmail/queue/qf_codec.h"

namespace sm {
namespace {

// The bytes that the reference program uses as markers inside strings; in text that came from
// outside they are preceded by 0xFF.
constexpr unsigned char kFirstMarker = 0x80;
constexpr unsigned char kLastMarker = 0x9F;
constexpr char kEscape = '\xFF';

bool needs_escape(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= kFirstMarker && byte <= kLastMarker) || c == kEscape;
}

// A value on one line.
void append_flat(std::string& out, std::string_view value) {
    for (const char c : value) out += (c == '\n' || c == '\r' || c == '\0') ? ' ' : c;
}

void append_record(std::string& out, std::string_view letter, std::string_view value) {
    out += letter;
    append_flat(out, value);
    out += '\n';
}

void append_macro(std::string& out, const MacroScope& macros, std::string_view name) {
    const std::string* value = macros.find(name);
    if (value == nullptr) return;
    if (name.size() == 1) {
        append_record(out, cat('$', name), *value);
    } else {
        append_record(out, cat("${", name, '}'), *value);
    }
}

std::string flag_letters(const Envelope& envelope) {
    struct Row {
        char letter;
        bool set;
    };
    const std::array rows = {Row{'8', envelope.has_8bit},    Row{'b', envelope.delete_bcc},
                             Row{'d', envelope.ret_given},   Row{'n', envelope.no_body_return},
                             Row{'r', envelope.is_response}, Row{'s', envelope.split},
                             Row{'w', envelope.warning_sent}};
    std::string letters;
    for (const Row& row : rows) {
        if (row.set) letters += row.letter;
    }
    return letters;
}

// DELIVERBY: a byte of bits, a blank, the seconds asked for (counted from T).
void append_deliver_by(std::string& out, const DeliverBy& by) {
    constexpr unsigned kNotify = 0x01;
    constexpr unsigned kReturn = 0x02;
    constexpr unsigned kTrace = 0x10;
    const unsigned bits = (by.mode == 'N' ? kNotify : kReturn) | (by.trace ? kTrace : 0U);
    append(out, '!', static_cast<char>(bits), ' ', by.seconds, '\n');
}

bool same_controller(const std::optional<ControllingUser>& a,
                     const std::optional<ControllingUser>& b) {
    if (!a || !b) return a.has_value() == b.has_value();
    return a->name == b->name && a->uid == b->uid && a->gid == b->gid && a->alias == b->alias;
}

void append_controller(std::string& out, const std::optional<ControllingUser>& user) {
    if (!user) {
        out += "C\n";
        return;
    }
    append_record(out, "C", cat(user->name, ':', user->uid, ':', user->gid, ':', user->alias));
}

std::string recipient_flags(const Recipient& recipient) {
    std::string flags;
    if (recipient.primary) flags += 'P';
    if (recipient.notify.given) flags += 'N';
    if (recipient.notify.success) flags += 'S';
    if (recipient.notify.failure) flags += 'F';
    if (recipient.notify.delay) flags += 'D';
    if (recipient.from_alias) flags += 'A';
    return flags;
}

// A list that named itself is its mailbox from now on: opened again, all its other members would
// get another copy.
std::string address_of(const Recipient& recipient) {
    const bool quoted = recipient.target.user.starts_with('\\');
    if (!recipient.own_mailbox || recipient.target.user.empty() || quoted) {
        return recipient.address;
    }
    return cat('\\', recipient.target.user);
}

// "type;address": the address alone is encoded.
std::string xtext_orcpt(std::string_view orcpt) {
    const std::size_t semicolon = orcpt.find(';');
    if (semicolon == std::string_view::npos) return xtext_encode(orcpt);
    return cat(orcpt.substr(0, semicolon + 1), xtext_encode(orcpt.substr(semicolon + 1)));
}

void append_recipients(std::string& out, const Envelope& envelope) {
    std::optional<ControllingUser> controller;
    std::string owner;
    for (const Recipient& recipient : envelope.recipients) {
        if (recipient.state != Recipient::State::kQueued &&
            recipient.state != Recipient::State::kFailed) {
            continue;
        }
        if (!recipient.status_text.empty() && recipient.status_text != envelope.status_text) {
            append_record(out, "M", recipient.status_text);
        }
        // An account that stands for itself needs no record.
        const bool own =
            recipient.controlling_user && recipient.controlling_user->alias == recipient.address;
        const auto wanted = own ? std::nullopt : recipient.controlling_user;
        if (!same_controller(controller, wanted)) {
            append_controller(out, wanted);
            controller = wanted;
        }
        if (recipient.owner != owner) {
            owner = recipient.owner;
            append_record(out, cat("${", kListOwner, '}'), owner);
        }
        if (!recipient.orcpt.empty()) append_record(out, "Q", xtext_orcpt(recipient.orcpt));
        if (!recipient.final_recipient.empty()) {
            append_record(out, "r", recipient.final_recipient);
        }
        append_record(out, cat('R', recipient_flags(recipient), ':'), address_of(recipient));
    }
}

void append_header(std::string& out, const HeaderField& field) {
    if (field.macro.empty()) {
        append(out, "H?", field.flags, '?');
    } else {
        append(out, "H?${", field.macro, "}?");
    }
    append_flat(out, field.name);
    out += ':';
    std::string_view value = field.value;
    while (!value.empty() && value.back() == '\n') value.remove_suffix(1);
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == '\0') continue;
        if (!field.is_template && needs_escape(c)) out += kEscape;
        out += c;
        const bool folded = i + 1 < value.size() && (value[i + 1] == ' ' || value[i + 1] == '\t');
        if (c == '\n' && !folded) out += '\t';
    }
    out += '\n';
}

}  // namespace

const std::vector<std::string>& standard_saved_macros() {
    static const std::vector<std::string> names = {"_", "r", "s", "daemon_flags"};
    return names;
}

std::string encode_qf(const Envelope& envelope, const QfExtras& extras,
                      const std::vector<std::string>& saved_macros) {
    std::string out;
    out.reserve(1024);
    append(out, 'V', kQfVersion, "\nT", envelope.created, "\nK", envelope.last_attempt, "\nN",
           envelope.attempts, "\nP", envelope.priority, '\n');
    if (!extras.body_directory.empty()) append_record(out, "d", extras.body_directory);
    if (extras.body_place) {
        append(out, 'I', extras.body_place->device_major, '/', extras.body_place->device_minor, '/',
               extras.body_place->inode, '\n');
    }
    if (!envelope.body_type.empty()) append_record(out, "B", envelope.body_type);
    if (!envelope.quarantine_reason.empty()) append_record(out, "q", envelope.quarantine_reason);
    if (!envelope.status_text.empty()) append_record(out, "M", envelope.status_text);
    if (const std::string flags = flag_letters(envelope); !flags.empty()) {
        append_record(out, "F", flags);
    }
    for (const std::string& name : saved_macros) append_macro(out, envelope.macros, name);
    if (extras.body_octets) append(out, "${body_octets}", *extras.body_octets, '\n');
    append_record(out, "S", envelope.sender);
    if (!envelope.envid.empty()) append_record(out, "Z", xtext_encode(envelope.envid));
    if (envelope.auth_param) append_record(out, "A", xtext_encode(*envelope.auth_param));
    if (envelope.deliver_by) append_deliver_by(out, *envelope.deliver_by);
    append_recipients(out, envelope);
    for (const HeaderField& field : envelope.headers.fields()) append_header(out, field);
    out += ".\n";
    return out;
}

}  // namespace sm
