divert(-1)
dnl FEATURE(greet_pause[, milliseconds])
define(`_GREET_PAUSE_', _ARG_)
LOCAL_RULESETS
SLocal_greet_pause
Sgreet_pause
R$* $| $*		$: $1 $| $2 $| $>Local_greet_pause $1 $| $2
R$* $| $* $| $#$*	$#$3
R$* $| $* $| $*		$: $1 $| $2
ifdef(`_ACCESS_TABLE_', `R$+ $| $+		$: $>D < $1 > < ? > < ! GreetPause > < $2 >
R< ? > < $+ >		$: $>A < $1 > < ? > < ! GreetPause > < >
R< ? > < $* >		ifelse(_ARG_, `', `$@', `$# _ARG_')
R< $- > < $* >		$# $1
R< $* > < $* >		ifelse(_ARG_, `', `$@', `$# _ARG_')',
`R$* $| $*		ifelse(_ARG_, `', `$@', `$# _ARG_')')
