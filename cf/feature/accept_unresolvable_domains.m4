divert(-1)
define(`_ACCEPT_UNRESOLVABLE_DOMAINS_', 1)
