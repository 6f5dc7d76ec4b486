divert(-1)
define(`_LOOKUP_DOT_DOMAIN_', 1)
