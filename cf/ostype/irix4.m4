divert(-1)
_DEFAULT(`LOCAL_MAILER_FLAGS', `Ehm9')
_DEFAULT(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
