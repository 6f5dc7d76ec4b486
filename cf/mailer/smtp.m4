divert(-1)
dnl smtp, esmtp, smtp8, dsmtp and relay.
ifdef(`_MAILER_local_', `', `MAILER(`local')')
_DEFAULT(`SMTP_MAILER_FLAGS', `')
_DEFAULT(`RELAY_MAILER_FLAGS', `SMTP_MAILER_FLAGS')
_DEFAULT(`SMTP_MAILER_ARGS', `TCP $h')
_DEFAULT(`ESMTP_MAILER_ARGS', `TCP $h')
_DEFAULT(`SMTP8_MAILER_ARGS', `TCP $h')
_DEFAULT(`DSMTP_MAILER_ARGS', `TCP $h')
_DEFAULT(`RELAY_MAILER_ARGS', `TCP $h')
_DEFAULT(`SMTP_MAILER_LL', `990')
_DEFAULT(`RELAY_MAILER_LL', `2040')
_DEFAULT(`_DEF_SMTP_MAILER_FLAGS', `mDFMuX')
_DEFAULT(`_DEF_RELAY_MAILER_FLAGS', `mDFMuX')
define(`_SMTP_HDR_TO_', `ifdef(`_ALL_MASQUERADE_', `/HdrFromSMTP')')
define(`_RELAY_HDR_TO_', `ifdef(`_ALL_MASQUERADE_', `/MasqRelay')')
dnl _SMTP_MAILER(name, NAME, extra flags)
define(`_SMTP_MAILER', `M$1,	P=[IPC], F=_MAILER_FLAGS(`$2', _DEF_SMTP_MAILER_FLAGS`'$3`'SMTP_MAILER_FLAGS), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP`'_SMTP_HDR_TO_, E=\r\n, L=SMTP_MAILER_LL,_OPTEQ(` M', `SMTP_MAILER_MAX')_OPTEQ(` m', `SMTP_MAILER_MAXMSGS')_OPTEQ(` r', `SMTP_MAILER_MAXRCPTS')_OPTEQ(` C', `SMTP_MAILER_CHARSET')_OPTEQ(` Q', `$2_MAILER_QGRP')
	T=DNS/RFC822/SMTP, A=$2_MAILER_ARGS')
divert(7)dnl
_SMTP_MAILER(`smtp', `SMTP', `')
_SMTP_MAILER(`esmtp', `ESMTP', `a')
_SMTP_MAILER(`smtp8', `SMTP8', `8')
_SMTP_MAILER(`dsmtp', `DSMTP', `a%')
Mrelay,	P=[IPC], F=_MAILER_FLAGS(`RELAY', _DEF_RELAY_MAILER_FLAGS`a8'RELAY_MAILER_FLAGS), S=EnvFromSMTP/HdrFromSMTP, R=MasqSMTP`'_RELAY_HDR_TO_, E=\r\n, L=RELAY_MAILER_LL,_OPTEQ(` C', `RELAY_MAILER_CHARSET')_OPTEQ(` m', `RELAY_MAILER_MAXMSGS')_OPTEQ(` r', `SMTP_MAILER_MAXRCPTS')_OPTEQ(` Q', `RELAY_MAILER_QGRP')
	T=DNS/RFC822/SMTP, A=RELAY_MAILER_ARGS

# a bare name gets this host, pseudo-domains become real ones
SMasqSMTP
R$* < @ $* > $*		$@ $1 < @ $2 > $3
R$+			$@ $1 < @ *LOCAL* >
SPseudoToReal
ifdef(`_NO_UUCP_', `', `ifdef(`UUCP_RELAY', `R$* < @ $+ .UUCP. > $*	$: < $Y > $2 ! $1 $3
R< $- : $+ > $*		$@ $3 < @ $2 >
R< $+ > $+		$@ $2 < @ $1 >
', `R$* < @ $+ .UUCP. > $*	$@ $2 ! $1 < @ *LOCAL* > $3
')')dnl
SEnvFromSMTP
R< @ >			$@ < @ >
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqEnv $1
SHdrFromSMTP
R: ; < @ >		$@ : ; < @ >
R< @ >			$@ < @ >
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqHdr $1
SEnvToSMTP
R: ; < @ >		$@ : ; < @ >
R$+			$: $>PseudoToReal $1
R$+			$: $>MasqSMTP $1
R$* < @ *LOCAL* > $*	$: $1 < @ $j . > $2
SMasqRelay
R$+			$: $>MasqSMTP $1
R$+			$: $>MasqHdr $1
divert(-1)
