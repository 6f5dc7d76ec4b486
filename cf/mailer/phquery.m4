divert(-1)
dnl CCSO name server
_DEFAULT(`PH_MAILER_PATH', `/usr/local/etc/phquery')
_DEFAULT(`PH_MAILER_FLAGS', `ehmu')
_DEFAULT(`PH_MAILER_ARGS', `phquery -- $u')
divert(7)dnl
Mph,	P=PH_MAILER_PATH, F=_MAILER_FLAGS(`PH', `nrDFM'PH_MAILER_FLAGS), S=EnvFromL, R=EnvToL/HdrToL,_OPTEQ(` Q', `PH_MAILER_QGRP')
	T=DNS/RFC822/X-Unix, A=PH_MAILER_ARGS
divert(-1)
