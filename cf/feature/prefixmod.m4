divert(-1)
dnl FEATURE(prefixmod, prefix, flags): addresses that begin with prefix lose it, and {rcpt_flags} is set
ifelse(_ARG2_, `', `_CF_FATAL(`FEATURE(prefixmod) needs a prefix and flags')')
_NEED_MACRO_MAP
LOCAL_RULE_0
R`'_ARG_ $+		$: $(macro {rcpt_flags} $@ _ARG2_ $) $1
