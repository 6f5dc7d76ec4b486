divert(-1)
_CF_WARN(`FEATURE(relay_local_from) may make this host an open relay; prefer AUTH or STARTTLS, or else FEATURE(relay_mail_from)')
define(`_RELAY_LOCAL_FROM_', 1)
