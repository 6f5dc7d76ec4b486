divert(-1)
define(`LOCAL_MAILER_PATH', `/bin/mail.local')
_DEFAULT(`STATUS_FILE', `/var/sendmail.st')
define(`confEBINDIR', `/usr/ucblib')
