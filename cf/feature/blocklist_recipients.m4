divert(-1)
define(`_BLOCKLIST_RCPT_', 1)
