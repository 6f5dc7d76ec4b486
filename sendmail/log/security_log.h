// The STARTTLS= and AUTH= log lines. As mail_log.h: operators parse them; each names its LogLevel.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libnet/auth_facts.h"
#include "libnet/tls_facts.h"

namespace sm {

// A line that the TLS layer made while a context was made ("STARTTLS=server, init=1"). Errors:
// level 1, warning; what was set up: 13, the key exchange: 14.
void log_tls_note(std::string_view line);

// role: "server" or "client".
// "STARTTLS=server, relay=..., version=TLSv1.3, verify=OK, cipher=..., bits=256/256". Level 9;
// names that could not be used: 9; cert-subject=...: 12; what was wrong with the chain, and
// "STARTTLS=client, start=ok": 14.
void log_tls_session(std::string_view role, std::string_view relay, const TlsFacts& facts);

// "STARTTLS=server, error: accept failed=-1, reason=..., ..., relay=...". Level 9, warning.
// detail: the text of the layer's error.
void log_tls_failure(std::string_view role, std::string_view relay, std::string_view detail);

// "tls_srv_features=VALUE, relay=...": level 10; "tls_srv_features=ERROR, relay=...": level 9,
// warning. ruleset: its name.
void log_tls_features(std::string_view ruleset, std::string_view value, std::string_view relay);
void log_tls_features_error(std::string_view ruleset, std::string_view error,
                            std::string_view relay);

// "AUTH: available mech=LIST, allowed mech=LIST". Level 12.
void log_auth_mechanisms(std::string_view available, std::string_view allowed);
// "AUTH=server, relay=..., authid=alice, mech=PLAIN, bits=0"; a client's has no authid. Level 9.
void log_auth(std::string_view role, std::string_view relay, const AuthFacts& facts);
// "<id>: AUTH failure (PLAIN): REASON, user=alice, relay=...". Level 9, warning.
void log_auth_failure(std::string_view id, std::string_view mechanism, std::string_view reason,
                      std::string_view user, std::string_view relay);
// "<id>: AUTH decode64 error [-5 for "!!!!"], relay=...". Level 1, warning. text: never what the
// client sent, which may be a password.
void log_auth_decode(std::string_view id, std::string_view text, std::string_view relay);

}  // namespace sm
