// The macros that an SMTP session gives to rules, headers and filters, set in one place.
// Source: operations guide 5.2; table of macros of the specification.
#pragma once

#include <cstdint>

#include "libcf/daemon_spec.h"
#include "libcf/macro_scope.h"
#include "sendmail/server/client_facts.h"

namespace sm {

// {client_*}, {if_*}, $_ and $s, $r of a session that has not said HELO yet.
void set_client_macros(const ClientFacts& client, MacroScope* macros);

// {daemon_*}
void set_daemon_macros(const DaemonSpec& daemon, MacroScope* macros);

// $a $b $d $t {time}: the date of the message until its Date: field is known, and now.
void set_time_macros(std::int64_t now, MacroScope* macros);

// "EE a": modifiers as {daemon_flags} shows them, upper-case letters doubled.
[[nodiscard]] std::string flags_as_macro(std::string_view modifiers);

}  // namespace sm
