#include "sendmail/deliver/status_text.h"

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr int kAddressedReply = 550;  // replies about a mailbox name it

}  // namespace

DeliveryResult result_of(Exit status) {
    const ExitInfo& info = exit_info(status);
    DeliveryResult result;
    result.status = status;
    result.dsn = info.dsn;
    result.text = status == Exit::kOk ? "Sent" : std::string(info.text);
    if (status == Exit::kOk) result.dsn = "2.0.0";
    return result;
}

DeliveryResult deferred_result(std::string_view why, std::string_view dsn) {
    DeliveryResult result;
    result.dsn = dsn;
    result.text = why.empty() ? std::string("Deferred") : cat("Deferred: ", why);
    return result;
}

DeliveryResult result_of_error(const Error& error) {
    if (is_temporary(error.code)) {
        return deferred_result(error.text, error.dsn.empty() ? "4.3.0" : error.dsn);
    }
    DeliveryResult result = result_of(error.code);
    if (!error.dsn.empty()) result.dsn = error.dsn;
    return result;
}

std::string outcome_line(const std::string& address, const DeliveryResult& result) {
    if (is_temporary(result.status) || result.status == Exit::kOk) {
        return cat(address, "... ", result.text);
    }
    const ExitInfo& info = exit_info(result.status);
    if (info.smtp == kAddressedReply) {
        return cat(info.smtp, ' ', info.dsn, ' ', address, "... ", result.text);
    }
    return cat(info.smtp, ' ', info.dsn, ' ', result.text);
}

void tell_outcomes(const AgentContext& context, const Batch& batch,
                   const std::vector<DeliveryResult>& results) {
    for (std::size_t i = 0; i < results.size(); ++i) {
        const Recipient& recipient = *batch.recipients[i];
        const std::string line = outcome_line(recipient.address, results[i]);
        const bool failed = results[i].status != Exit::kOk && !is_temporary(results[i].status);
        if (context.progress && !failed) context.progress(line);
        if (!context.transcript) continue;
        if (results[i].status != Exit::kOk) {
            context.transcript(line);
        } else if (recipient.notify.success) {
            const bool relayed = batch.mailer->is_network();
            if (relayed && results[i].dsn_capable) continue;
            context.transcript(cat(
                recipient.address, "... ",
                relayed ? "relayed; expect no further notifications" : "Successfully delivered"));
        }
    }
}

void tell_start(const AgentContext& context, const Batch& batch, std::string_view what) {
    if (!context.progress) return;
    std::string names;
    for (const Recipient* recipient : batch.recipients) {
        append(names, names.empty() ? "" : ",", recipient->address);
    }
    context.progress(cat(printable(names), "... ", what));
}

}  // namespace sm
