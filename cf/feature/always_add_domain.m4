divert(-1)
define(`_ALWAYS_ADD_DOMAIN_', _ARG_)
