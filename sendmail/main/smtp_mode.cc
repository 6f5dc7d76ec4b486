// -bs: SMTP on standard input and output.
#include <pwd.h>
#include <unistd.h>

#include "libsm/log.h"
#include "libsm/process.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/main/job_outlet.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/main/modes.h"
#include "sendmail/main/security_parts.h"
#include "sendmail/main/submission.h"
#include "sendmail/privileged/identity.h"
#include "sendmail/server/connection.h"
#include "sendmail/server/session.h"

namespace sm {
namespace {

ClientFacts caller_facts() {
    ClientFacts facts;
    facts.is_network = false;
    const passwd* entry = ::getpwuid(::getuid());
    facts.ident = entry != nullptr ? std::string(entry->pw_name) : cat(::getuid());
    facts.name = "localhost";
    return facts;
}

}  // namespace

Exit smtp_mode(Invocation& invocation) {
    const Config& config = *invocation.config;
    prepare_process(invocation);
    auto parts = MailParts::make(*invocation.config);
    if (!parts.ok()) {
        log_message(LogPriority::kCritical, parts.error().text);
        return parts.error().code;
    }
    const ClientFacts caller = caller_facts();
    if (delivers_at_once(config.options)) (*parts)->prepare_client_tls();
    SecurityParts security(config);
    if ((*parts)->channel() != nullptr) security.use_helper((*parts)->privileged());
    if ((*parts)->session_user()) {
        if (const Status done = become_session_user(*(*parts)->session_user()); !done.ok()) {
            log_message(LogPriority::kAlert, done.error().text);
            return done.error().code;
        }
    }
    QueueOutlet outlet(config, **parts);
    const SessionServices services{config,
                                   system_clock(),
                                   (*parts)->store(),
                                   (*parts)->guide(),
                                   outlet,
                                   [](std::chrono::milliseconds span) { sleep_for(span); },
                                   security.tls()};
    ignore_sigpipe();
    DaemonSpec stdin_spec;
    stdin_spec.family = "";
    stdin_spec.modifiers = direct_modifiers(config.options, invocation.command.gateway);
    Connection stream(std::make_unique<FdStream>(UniqueFd(STDIN_FILENO), UniqueFd(STDOUT_FILENO)),
                      2048);
    ServerSession session(services, stream, caller, stdin_spec);
    return session.run();
}

}  // namespace sm
