// LogLevel 15: the commands and replies of an SMTP session, as lines of the log.
#pragma once

#include <string_view>

namespace sm {

// False: nothing needs to be put together for it, and no queue id be taken.
[[nodiscard]] bool dialogue_logged();

// "<id>: <-- EHLO client.test". line: without secrets (without_secret), without line end.
void log_command(std::string_view id, std::string_view line);

// "<id>: --- 250-mx.test Hello ...", one for each line of the reply. wire: as it is sent.
void log_reply(std::string_view id, std::string_view wire);

}  // namespace sm
