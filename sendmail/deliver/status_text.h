// What a result is called: the words behind stat=, and the line of the transcript that a report
// shows. Readers of logs know these words.
#pragma once

#include <string>
#include <string_view>

#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {

// A result of `status`: text and dsn are those of the table of exit codes.
[[nodiscard]] DeliveryResult result_of(Exit status);
// "Deferred: <why>"; dsn "4.x.y".
[[nodiscard]] DeliveryResult deferred_result(std::string_view why, std::string_view dsn = "4.0.0");
// From an Error of our own: temporary ones defer, others fail.
[[nodiscard]] DeliveryResult result_of_error(const Error& error);

// "550 5.1.1 <a@b>... User unknown", "<a@b>... Deferred: ...", "554 5.0.0 Service unavailable".
[[nodiscard]] std::string outcome_line(const std::string& address, const DeliveryResult& result);

// Tells transcript and progress how each recipient of the batch ended.
void tell_outcomes(const AgentContext& context, const Batch& batch,
                   const std::vector<DeliveryResult>& results);

// "a,b... Connecting to host via mailer..." to whoever watches.
void tell_start(const AgentContext& context, const Batch& batch, std::string_view what);

}  // namespace sm
