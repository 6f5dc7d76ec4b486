divert(-1)
define(`_STICKY_HOST_', 1)
