divert(-1)
_DEFAULT(`STATUS_FILE', `/var/log/sendmail.st')
_DEFAULT(`LOCAL_MAILER_PATH', `/usr/libexec/mail.local')
_DEFAULT(`UUCP_MAILER_ARGS', `uux - -r -z -a$g $h!rmail ($u)')
