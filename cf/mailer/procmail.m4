divert(-1)
dnl procmail, for mailertables: host is a procmailrc.
_MUST_HAVE_MAILER(`smtp', `procmail')
_DEFAULT(`PROCMAIL_MAILER_PATH', `/usr/local/bin/procmail')
_DEFAULT(`PROCMAIL_MAILER_FLAGS', `SPhnu9')
_DEFAULT(`PROCMAIL_MAILER_ARGS', `procmail -Y -m $h $f $u')
divert(7)dnl
Mprocmail,	P=PROCMAIL_MAILER_PATH, F=_MAILER_FLAGS(`PROCMAIL', `DFM'PROCMAIL_MAILER_FLAGS), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP/HdrFromSMTP,_OPTEQ(` M', `PROCMAIL_MAILER_MAX')_OPTEQ(` Q', `PROCMAIL_MAILER_QGRP')
	T=DNS/RFC822/X-Unix, A=PROCMAIL_MAILER_ARGS
divert(-1)
