divert(-1)
dnl Post Office Protocol: user@POP
_DEFAULT(`POP_MAILER_PATH', `/usr/lib/mh/spop')
_DEFAULT(`POP_MAILER_FLAGS', `Penu')
_DEFAULT(`POP_MAILER_ARGS', `pop $u')
PUSHDIVERT(6)CPPOP
POPDIVERT
divert(3)dnl
R$+ < @ POP. >		$#pop $: $1
divert(7)dnl
Mpop,	P=POP_MAILER_PATH, F=_MAILER_FLAGS(`POP', `lsDFMq'POP_MAILER_FLAGS), S=EnvFromL, R=EnvToL/HdrToL,_OPTEQ(` Q', `POP_MAILER_QGRP')
	T=DNS/RFC822/X-Unix, A=POP_MAILER_ARGS
divert(-1)
