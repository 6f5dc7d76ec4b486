divert(-1)
define(`_GENERICS_ENTIRE_DOMAIN_', 1)
