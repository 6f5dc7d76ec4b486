divert(-1)
dnl The local mailer and the mailer for programs.
_DEFAULT(`LOCAL_MAILER_FLAGS', `Prmn9')
_DEFAULT(`LOCAL_MAILER_PATH', `/bin/mail')
_DEFAULT(`LOCAL_MAILER_ARGS', `mail -d $u')
_DEFAULT(`LOCAL_MAILER_DSN_DIAGNOSTIC_CODE', `X-Unix')
_DEFAULT(`LOCAL_SHELL_FLAGS', `eu9')
_DEFAULT(`LOCAL_SHELL_PATH', `/bin/sh')
_DEFAULT(`LOCAL_SHELL_ARGS', `sh -c $u')
_DEFAULT(`LOCAL_SHELL_DIR', `$z:/')
dnl flags that are always there; features may choose others
_DEFAULT(`_DEF_LOCAL_MAILER_FLAGS', `lsDFMAw5:/|@q')
_DEFAULT(`_DEF_LOCAL_SHELL_FLAGS', `lsDFMoq')
divert(7)dnl
Mlocal,	P=LOCAL_MAILER_PATH, F=_MAILER_FLAGS(`LOCAL', _DEF_LOCAL_MAILER_FLAGS`'LOCAL_MAILER_FLAGS), S=ifdef(`_LOCAL_LMTP_', `EnvFromSMTP', `EnvFromL')/HdrFromL, R=EnvToL/HdrToL,_OPTEQ(` E', `LOCAL_MAILER_EOL')_OPTEQ(` M', `LOCAL_MAILER_MAX')_OPTEQ(` m', `LOCAL_MAILER_MAXMSGS')_OPTEQ(` C', `LOCAL_MAILER_CHARSET')_OPTEQ(` Q', `LOCAL_MAILER_QGRP')
	T=DNS/RFC822/LOCAL_MAILER_DSN_DIAGNOSTIC_CODE, A=LOCAL_MAILER_ARGS
Mprog,	P=LOCAL_SHELL_PATH, F=_MAILER_FLAGS(`SHELL', _DEF_LOCAL_SHELL_FLAGS`'LOCAL_SHELL_FLAGS), S=EnvFromL/HdrFromL, R=EnvToL/HdrToL, D=LOCAL_SHELL_DIR,_OPTEQ(` M', `LOCAL_MAILER_MAX')_OPTEQ(` Q', `LOCAL_PROG_QGRP')
	T=X-Unix/X-Unix/X-Unix, A=LOCAL_SHELL_ARGS

# envelope sender and header sender
SEnvFromL
R< @ >			$n
R$* < @ $* > $*		$: $1 < @ $2 > $3
R$+			$: $>AddDomain $1
ifdef(`_LOCAL_NO_MASQUERADE_', `R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2', `R$*			$: $>MasqEnv $1')
SHdrFromL
R< @ >			$n
R$+			$: $>AddDomain $1
ifdef(`_LOCAL_NO_MASQUERADE_', `R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2', `R$*			$: $>MasqHdr $1')

# envelope recipient: the host is gone; header recipient
SEnvToL
R$+ < @ $* >		$: $1
SHdrToL
R$+			$: $>AddDomain $1
ifdef(`_ALL_MASQUERADE_', `ifdef(`_LOCAL_NO_MASQUERADE_', `R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2', `R$*			$: $>MasqHdr $1')', `R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2')

# AddDomain: a bare name gets this host
SAddDomain
ifdef(`_ALWAYS_ADD_DOMAIN_', `R$* < @ $* > $*		$@ $1 < @ $2 > $3
R$+			$@ $1 < @ ifelse(len(_ALWAYS_ADD_DOMAIN_), 0, `*LOCAL*', _ALWAYS_ADD_DOMAIN_) >')
divert(-1)
