divert(-1)
define(`_MASQUERADE_ENTIRE_DOMAIN_', 1)
