divert(-1)
define(`_LOOSE_RELAY_CHECK_', 1)
