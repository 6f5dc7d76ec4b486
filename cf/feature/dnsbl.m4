divert(-1)
dnl FEATURE(dnsbl, domain[, message | discard | quarantine[, t | message]])
ifelse(_ARG_, `', `_CF_FATAL(`missing argument for FEATURE(dnsbl)')')
ifdef(`_DNSBL_MAP_', `', `define(`_DNSBL_MAP_', 1)
PUSHDIVERT(6)Kdnsbl ifdef(`DNSBL_MAP', `DNSBL_MAP', `dns -R A') -T<TMP>`'ifdef(`DNSBL_MAP_OPT', ` DNSBL_MAP_OPT')
POPDIVERT')
divert(8)dnl
# list _ARG_
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(dnsbl $4.$3.$2.$1._ARG_. $: ? $) >
ifelse(_ARG3_, `', `', _ARG3_, `t', `R< $* < TMP > >	$#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr} " at _ARG_"
', `R< $* < TMP > >	$#error $@ 4.4.3 $: _ARG3_
')`'R< $* < TMP > >	$: OKSOFAR
R< ? >			$: OKSOFAR
R< $* >			ifelse(_ARG2_, `', `$#error $@ 5.7.1 $: "550 Rejected: " $&{client_addr} " listed at _ARG_"',
_ARG2_, `discard', `$#discard $: _ARG_', _ARG2_, `quarantine', `$#error $@ quarantine $: _ARG_', `$#error $@ 5.7.1 $: _ARG2_')
R$*			$: OKSOFAR
divert(-1)
