divert(-1)
define(`_ACCEPT_UNQUALIFIED_SENDERS_', 1)
