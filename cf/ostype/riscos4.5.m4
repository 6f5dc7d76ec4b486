divert(-1)
_DEFAULT(`LOCAL_MAILER_ARGS', `rmail -d $u')
_DEFAULT(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
