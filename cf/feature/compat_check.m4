divert(-1)
dnl FEATURE(compat_check): pairs of addresses with the tag Compat:
define(`_COMPAT_CHECK_', 1)
LOCAL_RULESETS
Scheck_compat
R$* $| $*		$: $>FullText $1 $| $2
R$+ $| $+		$: < $(access Compat : $1 < @ > $2 $: OK $) >
R$* $| $*		$@ ok
R< $* < TMPF > >	$#error $@ TEMPFAIL $: "451 Temporary system failure. Please try again later."
R< DISCARD >		$#discard $: " - discarded by check_compat"
R< TEMP : $* >		$#error $@ TEMPFAIL $: $1 " error from check_compat. Try again later"
R< ERROR : $* >		$#error $@ UNAVAILABLE $: $1 " error from check_compat"
SFullText
R< $+ > $| $*		$1 $| $2
R$* $| < $+ >		$1 $| $2
