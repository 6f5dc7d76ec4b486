divert(-1)
dnl FEATURE(rhsbl, domain[, message]): domain of the sender in a DNS list
ifelse(_ARG_, `', `_CF_FATAL(`missing argument for FEATURE(rhsbl)')')
_NEED_MACRO_MAP
ifdef(`_DNSBL_MAP_', `', `define(`_DNSBL_MAP_', 1)
PUSHDIVERT(6)Kdnsbl ifdef(`DNSBL_MAP', `DNSBL_MAP', `host') -T<TMP>
POPDIVERT')
divert(8)dnl
# list of sender domains _ARG_
R$*			$: < ? > $>CanonAddr $&f
R< ? > $* < @ $+ . > $*	$: < $(dnsbl $2._ARG_. $: ? $) > < $2 >
R< $* < TMP > > < $* >	$: OKSOFAR
R< ? > < $* >		$: OKSOFAR
R< $+ > < $+ >		$#error $@ 5.7.1 $: ifelse(_ARG2_, `', `"550 Mail from " $2 " refused by list at _ARG_"', `_ARG2_')
R$*			$: OKSOFAR
divert(-1)
