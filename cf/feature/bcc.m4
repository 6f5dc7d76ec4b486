divert(-1)
dnl FEATURE(bcc, map): a blind copy of mail to the recipients in the map
define(`_BCC_', 1)
ifelse(_ARG_, `', `_CF_FATAL(`missing argument for FEATURE(bcc)')')
LOCAL_CONFIG
Kbcctable _ARG_
O AddBcc=true
LOCAL_RULESETS
Sbcc
R< $+ >			$1
R$+ @ $+		$: < $(bcctable $1 @ $2 $: ? $) > $1 @ $2
R< ? > $+ @ $+		$: < $(bcctable @ $2 $@ $1 $: ? $) > $1 @ $2
R< ? > $*		$@
R< $+ > $*		$# $1
