divert(-1)
dnl UUCP: old, new and, with smtp, the two domain forms.
_DEFAULT(`UUCP_MAILER_PATH', `/usr/bin/uux')
_DEFAULT(`UUCP_MAILER_ARGS', `uux - -r -a$g -gC $h!rmail ($u)')
_DEFAULT(`UUCP_MAILER_FLAGS', `')
_DEFAULT(`UUCP_MAILER_MAX', `100000')
ifdef(`_NO_UUCP_', `_CF_ERROR(`MAILER(uucp) is useless with FEATURE(nouucp)')')
dnl _UUCP_MAILER(name, flags in front, flags behind, sender, recipient)
define(`_UUCP_MAILER', `M$1,	P=UUCP_MAILER_PATH, F=_MAILER_FLAGS(`UUCP', `$2'UUCP_MAILER_FLAGS`$3'), S=$4, R=$5, M=UUCP_MAILER_MAX,_OPTEQ(` C', `UUCP_MAILER_CHARSET')_OPTEQ(` Q', `UUCP_MAILER_QGRP')
	T=X-UUCP/X-UUCP/X-Unix, A=UUCP_MAILER_ARGS')
divert(4)dnl
ifdef(`_MAILER_smtp_', `R$* < @ $=Z .UUCP. > $*	$#uucp-uudom $@ $2 $: $1 < @ $2 .UUCP. > $3
')dnl
R$* < @ $=Y .UUCP. > $*	$#uucp-new $@ $2 $: $1 < @ $2 .UUCP. > $3
R$* < @ $=U .UUCP. > $*	$#uucp-old $@ $2 $: $1 < @ $2 .UUCP. > $3
ifdef(`_SITE_V_', `R$* < @ $=V .UUCP. > $*	$: $>MailerToTriple < $V > $1 < @ $2 .UUCP. > $3
')ifdef(`_SITE_W_', `R$* < @ $=W .UUCP. > $*	$: $>MailerToTriple < $W > $1 < @ $2 .UUCP. > $3
')ifdef(`_SITE_X_', `R$* < @ $=X .UUCP. > $*	$: $>MailerToTriple < $X > $1 < @ $2 .UUCP. > $3
')dnl
ifdef(`UUCP_RELAY', `', `R$* < @ $+ .UUCP. > $*	$#ifdef(`confUUCP_MAILER', `confUUCP_MAILER', `uucp-old') $@ $2 $: $1 < @ $2 .UUCP. > $3
')dnl
divert(7)dnl
_UUCP_MAILER(`uucp', `DFMhuU', `d', `FromU', `EnvToU/HdrToU')
_UUCP_MAILER(`uucp-old', `DFMhuU', `d', `FromU', `EnvToU/HdrToU')
_UUCP_MAILER(`suucp', `mDFMhuU', `d', `FromU', `EnvToU/HdrToU')
_UUCP_MAILER(`uucp-new', `mDFMhuU', `d', `FromU', `EnvToU/HdrToU')
ifdef(`_MAILER_smtp_', `_UUCP_MAILER(`uucp-dom', `mDFMhu', `d', `EnvFromUD/HdrFromSMTP', `EnvToSMTP`'_SMTP_HDR_TO_')
_UUCP_MAILER(`uucp-uudom', `mDFMhu', `d', `EnvFromUUD/HdrFromSMTP', `EnvToSMTP`'_SMTP_HDR_TO_')
')
# Bang: canonical form to bang path
SBang
R$* < @ $=w . >		$1
R$* < @ $+ .UUCP. >	$2 ! $1
R$* < @ $+ . >		$2 ! $1
R$* < @ $+ >		$2 ! $1
SFromU
R: ; < @ >		$@
R< @ >			$n
R$+			$: $?U$U$|$j$. ! $>Bang $1
SEnvToU
R: ; < @ >		$@
R$+			$: $>Bang $1
SHdrToU
R: ; < @ >		$@
R$+			$: $?U$U$|$j$. ! $>Bang $1
ifdef(`_MAILER_smtp_', `SEnvFromUD
R: ; < @ >		$@
R< @ >			$n
R$+			$: $>EnvFromSMTP $1
SEnvFromUUD
R$+			$: $>EnvFromUD $1
R$* < @ $+ . >		$@ $2 ! $1
R$* < @ $+ >		$@ $2 ! $1
')
divert(-1)
