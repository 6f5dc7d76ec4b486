#include <algorithm>

#include "sendmail/deliver/make_agent.h"

namespace sm {
namespace {

bool is_ready(const Recipient& recipient) {
    return recipient.state == Recipient::State::kQueued && recipient.target.mailer != nullptr &&
           recipient.status == Exit::kOk;
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
    return mailer.is_network() || same_controller(*batch.recipients.front(), recipient);
}

// Appends `batch` in pieces that the mailer takes at once (r=).
void append_pieces(std::vector<Batch>& out, const Batch& batch) {
    const auto limit = static_cast<std::size_t>(std::max(batch.mailer->max_recipients, 0));
    const std::size_t size = limit == 0 ? batch.recipients.size() : limit;
    for (std::size_t i = 0; i < batch.recipients.size(); i += size) {
        const auto first = batch.recipients.begin() + static_cast<std::ptrdiff_t>(i);
        const std::size_t count = std::min(size, batch.recipients.size() - i);
        out.push_back(
            {batch.mailer, batch.host, {first, first + static_cast<std::ptrdiff_t>(count)}});
    }
}

}  // namespace

// Batches come in the order of the recipients; within one the last recipient comes first, so
// members of aliases (whose last address was put first) as listed, then those given by the client.
// Scripts that compare dialogues and logs know it so.
std::vector<Batch> make_batches(Envelope& envelope, const Config& /*config*/) {
    std::vector<Batch> groups;
    for (Recipient& recipient : envelope.recipients) {
        if (!is_ready(recipient)) continue;
        const auto group = std::find_if(groups.begin(), groups.end(), [&](const Batch& known) {
            return joins(known, recipient);
        });
        if (group != groups.end()) {
            group->recipients.push_back(&recipient);
        } else {
            groups.push_back({recipient.target.mailer, recipient.target.host, {&recipient}});
        }
    }
    std::vector<Batch> batches;
    for (Batch& group : groups) {
        std::reverse(group.recipients.begin(), group.recipients.end());
        append_pieces(batches, group);
    }
    return batches;
}

}  // namespace sm
