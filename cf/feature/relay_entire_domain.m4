divert(-1)
define(`_RELAY_ENTIRE_DOMAIN_', 1)
