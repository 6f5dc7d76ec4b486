divert(-1)
define(`_PRESERVE_LUSER_HOST_', 1)
_NEED_MACRO_MAP
