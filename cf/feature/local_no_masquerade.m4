divert(-1)
define(`_LOCAL_NO_MASQUERADE_', 1)
