divert(-1)
dnl facsimile: user@number.FAX
_MUST_HAVE_MAILER(`local', `fax')
_DEFAULT(`FAX_MAILER_PATH', `/usr/bin/faxmail')
_DEFAULT(`FAX_MAILER_ARGS', `faxmail -d $u@$h $f')
_DEFAULT(`FAX_MAILER_MAX', `100000')
_DEFAULT(`FAX_MAILER_FLAGS', `')
PUSHDIVERT(6)CPFAX
POPDIVERT
divert(7)dnl
Mfax,	P=FAX_MAILER_PATH, F=_MAILER_FLAGS(`FAX', `DFMhu'FAX_MAILER_FLAGS), S=14, R=24, M=FAX_MAILER_MAX,_OPTEQ(` Q', `FAX_MAILER_QGRP')
	T=X-Phone/X-FAX/X-Unix, A=FAX_MAILER_ARGS
S14
R$+ < @ *LOCAL* >	$: $1
S24
R$+ < @ *LOCAL* >	$: $1
divert(-1)
