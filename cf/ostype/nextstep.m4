divert(-1)
_DEFAULT(`LOCAL_SHELL_FLAGS', `euP')
_DEFAULT(`QUEUE_DIR', `/usr/spool/mqueue')
define(`confEBINDIR', `/usr/lib')
