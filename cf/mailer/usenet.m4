divert(-1)
dnl news groups: mail to group.usenet
_DEFAULT(`USENET_MAILER_PATH', `/usr/lib/news/inews')
_DEFAULT(`USENET_MAILER_FLAGS', `rsDFMmn')
_DEFAULT(`USENET_MAILER_ARGS', `inews -m -h -n $u')
divert(3)dnl
R$+ .usenet < @ $=w . >	$#usenet $@ usenet $: $1
R$+ .usenet		$#usenet $@ usenet $: $1
divert(7)dnl
Musenet,	P=USENET_MAILER_PATH, F=_MAILER_FLAGS(`USENET', USENET_MAILER_FLAGS), S=EnvFromL, R=EnvToL,_OPTEQ(` M', `USENET_MAILER_MAX')_OPTEQ(` Q', `USENET_MAILER_QGRP')
	T=X-Usenet/X-Usenet/X-Unix, A=USENET_MAILER_ARGS
divert(-1)
