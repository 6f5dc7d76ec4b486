divert(-1)
_CF_WARN(`FEATURE(blacklist_recipients) is deprecated; use FEATURE(blocklist_recipients)')
define(`_BLOCKLIST_RCPT_', 1)
