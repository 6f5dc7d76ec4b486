divert(-1)
define(`confEBINDIR', `/usr/sbin')
_DEFAULT(`PROCMAIL_MAILER_PATH', `/usr/bin/procmail')
FEATURE(`local_procmail')
