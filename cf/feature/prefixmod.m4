divert(-1)
dnl FEATURE(prefixmod, prefix, mailer): local names that begin with prefix, by another mailer
ifelse(_ARG2_, `', `_CF_FATAL(`FEATURE(prefixmod) needs a prefix and a mailer')')
_NEED_MACRO_MAP
LOCAL_RULE_0
R`'_ARG_ $+ < @ $=w . >	$#_ARG2_ $: $1
R`'_ARG_ $+ < @ $* >	$: < > _ARG_ $1 < @ $2 >
R`'_ARG_ $+		$#_ARG2_ $: $1
R< > $+			$: $1
