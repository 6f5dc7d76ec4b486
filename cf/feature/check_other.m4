divert(-1)
dnl FEATURE(check_other[, pattern]): a client that sends such a command is not one
LOCAL_CONFIG
Kbadcmd regex -m -a<BADCMD> ifelse(_ARG_, `', `^[[:print:]]+ *:', `_ARG_')
LOCAL_RULESETS
Scheck_other
R$* $| $=q		$: $1
R$* $| 5		$: $(badcmd $1 $)
R$* $| $*		$@ ok
R$* < BADCMD >		$#error $@ 4.7.0 $: 421 bad command
