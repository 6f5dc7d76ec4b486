#include <algorithm>

#include "sendmail/deliver/make_agent.h"

namespace sm {
namespace {

bool is_ready(const Recipient& recipient) {
    return recipient.state == Recipient::State::kQueued && recipient.target.mailer != nullptr &&
           recipient.status == Exit::kOk;
}

// The order in which the next hop hears of recipients: members of aliases as listed, then those
// given by the client, the last one first. Scripts that compare dialogues know it so.
std::vector<Recipient*> delivery_order(Envelope& envelope) {
    std::vector<Recipient*> members;
    std::vector<Recipient*> given;
    for (Recipient& recipient : envelope.recipients) {
        if (!is_ready(recipient)) continue;
        (recipient.from_alias ? members : given).push_back(&recipient);
    }
    members.insert(members.end(), given.rbegin(), given.rend());
    return members;
}

// Programs and files are run on behalf of somebody: not for two people at once.
bool same_controller(const Recipient& a, const Recipient& b) {
    if (a.controlling_user.has_value() != b.controlling_user.has_value()) return false;
    return !a.controlling_user || a.controlling_user->uid == b.controlling_user->uid;
}

bool joins(const Batch& batch, const Recipient& recipient) {
    const MailerSpec& mailer = *recipient.target.mailer;
    if (batch.mailer != &mailer || batch.host != recipient.target.host || !mailer.has('m') ||
        batch.recipients.front()->owner != recipient.owner) {
        return false;
    }
    if (mailer.max_recipients > 0 &&
        batch.recipients.size() >= static_cast<std::size_t>(mailer.max_recipients)) {
        return false;
    }
    return mailer.is_network() || same_controller(*batch.recipients.front(), recipient);
}

}  // namespace

std::vector<Batch> make_batches(Envelope& envelope, const Config& /*config*/) {
    std::vector<Batch> batches;
    for (Recipient* recipient : delivery_order(envelope)) {
        const auto batch = std::find_if(batches.begin(), batches.end(), [&](const Batch& known) {
            return joins(known, *recipient);
        });
        if (batch != batches.end()) {
            batch->recipients.push_back(recipient);
        } else {
            batches.push_back({recipient->target.mailer, recipient->target.host, {recipient}});
        }
    }
    return batches;
}

}  // namespace sm
