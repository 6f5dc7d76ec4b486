divert(-1)
_DEFAULT(`QUEUE_DIR', `/usr/spool/mqueue')
_DEFAULT(`UUCP_MAILER_ARGS', `uux - -r -z -a$g $h!rmail ($u)')
