divert(-1)
define(`_RELAY_HOSTS_ONLY_', 1)
