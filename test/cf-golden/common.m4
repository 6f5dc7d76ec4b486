divert(-1)
dnl What every case needs to run in a folder of its own.
define(`confDONT_BLAME_SENDMAIL', `TrustStickyBit')
define(`confDOMAIN_NAME', `mx.case.test')
define(`confTO_IDENT', `0s')
define(`confDONT_PROBE_INTERFACES', `True')
define(`confSERVICE_SWITCH_FILE', `@DIR@/service.switch')
define(`QUEUE_DIR', `@DIR@/mqueue')
define(`ALIAS_FILE', `@DIR@/aliases')
define(`confPID_FILE', `@DIR@/sendmail.pid')
define(`confCT_FILE', `-o @DIR@/trusted.list')
define(`confCW_FILE', `-o @DIR@/names.list')
define(`confCR_FILE', `-o @DIR@/relay.list')
divert(0)dnl
