#include "sendmail/server/router_guide.h"

#include "libsm/strings.h"
#include "sendmail/route/local_user.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRouteTime{5};

RecipientGuide::Answer answer_of(const Recipient& recipient) {
    RecipientGuide::Answer out;
    if (recipient.state != Recipient::State::kFailed && recipient.status == Exit::kOk) return out;
    out.ok = false;
    const bool temporary =
        is_temporary(recipient.status) || recipient.state != Recipient::State::kFailed;
    const ExitInfo& info = exit_info(recipient.status);
    out.code = temporary ? 451 : 550;
    if (recipient.dsn == "5.4.6") out.code = 554;
    out.dsn = recipient.dsn.empty() ? std::string(info.dsn) : recipient.dsn;
    out.text = recipient.status_text.empty() ? std::string(info.text) : recipient.status_text;
    return out;
}

std::string_view before_plus(std::string_view user) {
    return user.substr(0, user.find('+'));
}

}  // namespace

RecipientGuide::Answer RouterGuide::verify(Envelope& envelope, Recipient& recipient) {
    Router router(config_, privileged_);
    router.verify(envelope, recipient, Deadline::in(kRouteTime));
    Answer out = answer_of(recipient);
    if (out.ok && !recipient.home.empty()) out.full_name = full_name(recipient.target);
    return out;
}

RecipientGuide::Answer RouterGuide::expand(Envelope& envelope, const Recipient& recipient,
                                           std::vector<Recipient>* members) {
    Router router(config_, privileged_);
    Envelope scratch;
    scratch.macros.set_parent(&envelope.macros);
    scratch.sender = envelope.sender;
    scratch.recipients.push_back(recipient);
    if (const Status done = router.expand(scratch, Deadline::in(kRouteTime)); !done.ok()) {
        Answer out;
        out.ok = false;
        out.code = 451;
        out.dsn = error_dsn(done.error());
        out.text = done.error().text;
        return out;
    }
    for (Recipient& member : scratch.recipients) {
        if (member.state == Recipient::State::kFailed || member.status != Exit::kOk) {
            return answer_of(member);
        }
        if (member.state == Recipient::State::kQueued) members->push_back(std::move(member));
    }
    return {};
}

std::string RouterGuide::full_name(const Target& target) {
    const bool account =
        target.mailer != nullptr && target.mailer->has('w') && target.mailer->has('l');
    if (!account) return {};
    // "user+detail" has the name of "user".
    for (const std::string_view login : {std::string_view(target.user), before_plus(target.user)}) {
        const auto found = find_account(login);
        if (found.ok() && found.value()) return found.value()->full_name;
    }
    return {};
}

}  // namespace sm
