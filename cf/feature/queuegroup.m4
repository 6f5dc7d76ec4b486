divert(-1)
dnl FEATURE(queuegroup[, default group]): tag QGRP:
ifdef(`_ACCESS_TABLE_', `', `_CF_ERROR(`FEATURE(queuegroup) needs FEATURE(access_db) before it')')
LOCAL_RULESETS
Squeuegroup
R< $+ >			$1
R$+ @ $+		$: $>SearchList < ! QGRP > $| < F : $1 @ $2 > < D : $2 > < >
R< ? >			ifelse(_ARG_, `', `$@', `$# _ARG_')
R< $* < TMPF > >	$#error $@ 4.3.0 $: "451 Temporary system failure. Please try again later."
R< $+ >			$# $1
