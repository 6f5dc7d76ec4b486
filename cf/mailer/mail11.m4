divert(-1)
dnl DECnet mail: node::user
define(`_USE_DECNET_SYNTAX_', 1)
_DEFAULT(`MAIL11_MAILER_PATH', `/usr/etc/mail11')
_DEFAULT(`MAIL11_MAILER_FLAGS', `nsFx')
_DEFAULT(`MAIL11_MAILER_ARGS', `mail11 $g $x $h $u')
PUSHDIVERT(6)CPDECNET
POPDIVERT
divert(3)dnl
R$* < @ $+ .DECNET. > $*	$#mail11 $@ $2 $: $1
divert(7)dnl
Mmail11,	P=MAIL11_MAILER_PATH, F=_MAILER_FLAGS(`MAIL11', MAIL11_MAILER_FLAGS), S=Mail11From, R=Mail11To,_OPTEQ(` Q', `MAIL11_MAILER_QGRP')
	T=DNS/X-DECnet/X-Unix, A=MAIL11_MAILER_ARGS
SMail11From
R$+ < @ $=w . >		$: $1
SMail11To
R$+ < @ $=w . >		$: $1
divert(-1)
