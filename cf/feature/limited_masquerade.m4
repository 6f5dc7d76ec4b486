divert(-1)
define(`_LIMITED_MASQUERADE_', 1)
