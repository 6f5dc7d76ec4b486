divert(-1)
define(`_USE_CLIENT_PTR_', 1)
