#include "sendmail/bounce/report_recipient.h"

#include "libmap/map_flags.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Kind = ReturnRequest::Kind;

std::string qualified(const std::string& address, const Config& config) {
    return address.find('@') == std::string::npos ? cat(address, '@', config.macros.get("j"))
                                                  : address;
}

DsnAction action_of(const Recipient& recipient, Kind kind) {
    if (kind == Kind::kFailure) return DsnAction::kFailed;
    if (kind == Kind::kDelay) return DsnAction::kDelayed;
    if (recipient.state == Recipient::State::kExpanded) return DsnAction::kExpanded;
    return recipient.relayed_to_dsn_unaware ? DsnAction::kRelayed : DsnAction::kDelivered;
}

std::string diagnostic_of(const Recipient& recipient) {
    const MailerSpec* mailer = recipient.target.mailer;
    if (mailer == nullptr || recipient.status == Exit::kOk || recipient.refused_with != 0)
        return {};
    if (!recipient.reply.empty()) {
        return cat(mailer->diagnostic_type, "; ", printable(recipient.reply, 400));
    }
    if (!ended_by_exit_status(recipient)) return {};
    return cat(mailer->diagnostic_type, "; ", static_cast<int>(recipient.status));
}

// RFC 3463 for the exit status of a program; finer than what the log says of it.
std::string_view status_of_exit(Exit status) {
    switch (status) {
        case Exit::kUsage:
            return "5.5.4";
        case Exit::kDataErr:
            return "5.5.2";
        case Exit::kNoUser:
            return "5.1.1";
        case Exit::kNoHost:
            return "5.1.2";
        case Exit::kNoInput:
        case Exit::kCantCreate:
        case Exit::kNoPerm:
            return "5.3.0";
        case Exit::kTempFail:
            return "4.2.0";
        case Exit::kIoErr:
        case Exit::kOsErr:
            return "4.5.0";
        case Exit::kUnavailable:
        case Exit::kSoftware:
        case Exit::kOsFile:
        case Exit::kProtocol:
        case Exit::kConfig:
            return "5.5.0";
        default:
            return "5.0.0";
    }
}

std::string status_field(const Recipient& recipient, Kind kind) {
    if (kind == Kind::kReceipt) return "2.1.5";
    // Given up after days: that is what it failed of.
    const bool expired = recipient.dsn.ends_with(".4.7");
    if (ended_by_exit_status(recipient) && !expired) {
        return std::string(status_of_exit(recipient.status));
    }
    return std::string(recipient.dsn.empty() ? exit_info(recipient.status).dsn : recipient.dsn);
}

std::string reason_of(const Recipient& recipient) {
    if (recipient.refused_with != 0) return {};
    if (!recipient.reply.empty()) return recipient.reply;
    if (ended_by_exit_status(recipient) &&
        find_exit_info(static_cast<int>(recipient.status)) == nullptr) {
        return cat(static_cast<int>(recipient.status));
    }
    return recipient.status_text;
}

// What the address had become: a mailbox, a program, a file. `address`: the recipient's, bare.
std::string actual_recipient(const Recipient& recipient, const std::string& address,
                             const Config& config) {
    constexpr std::string_view kInclude = ":include:";
    const MailerSpec* mailer = recipient.target.mailer;
    const std::string& user = recipient.target.user;
    if (mailer != nullptr && !iequals(mailer->address_type, "rfc822")) {
        // The command as it was run; of one that was not, the address.
        const std::string shown = ended_by_exit_status(recipient) ? strip_quotes(user) : user;
        return cat(mailer->address_type, "; ", printable(shown, 400));
    }
    std::string out = qualified(address, config);
    if (mailer != nullptr && mailer->has('l') && !user.empty() &&
        user.find('@') == std::string::npos) {
        out = cat(user, '@', config.macros.get("j"));
    } else if (istarts_with(recipient.address, kInclude)) {
        out = cat(trim(recipient.address.substr(kInclude.size())), '@', config.macros.get("j"));
    }
    return cat("rfc822; ", printable(out, 400));
}

}  // namespace

std::string bare(std::string_view address) {
    return std::string(trim(crack_address(address)));
}

bool ended_by_exit_status(const Recipient& recipient) {
    const MailerSpec* mailer = recipient.target.mailer;
    return mailer != nullptr && !mailer->is_network() && !mailer->is_error() &&
           recipient.status != Exit::kOk && recipient.refused_with == 0 &&
           recipient.reply.empty() && recipient.last_attempt != 0;
}

DsnRecipient describe_recipient(const Recipient& recipient, ReturnRequest::Kind kind,
                                const Config& config, std::int64_t now) {
    const MailerSpec* mailer = recipient.target.mailer;
    DsnRecipient out;
    out.address = recipient.address;
    out.action = action_of(recipient, kind);
    out.to_mailbox = mailer != nullptr && mailer->has('l');
    out.original_recipient = recipient.orcpt;
    const std::string address = bare(recipient.address);
    out.final_recipient = recipient.final_recipient.empty()
                              ? cat("RFC822; ", qualified(address, config))
                              : recipient.final_recipient;
    if (!config.options.privacy.has(Privacy::kNoactualrecipient)) {
        out.actual_recipient = actual_recipient(recipient, address, config);
    }
    out.status = status_field(recipient, kind);
    out.remote_mta = recipient.remote_mta;
    out.diagnostic = kind == Kind::kReceipt ? "" : diagnostic_of(recipient);
    out.reason = reason_of(recipient);
    if (recipient.alias_of != recipient.address) out.alias_of = recipient.alias_of;
    out.last_attempt = recipient.last_attempt != 0 ? recipient.last_attempt : now;
    return out;
}

}  // namespace sm
