divert(-1)
dnl FEATURE(enhdnsbl, domain[, message | discard | quarantine[, t | message[, answer...]]])
ifelse(_ARG_, `', `_CF_FATAL(`missing argument for FEATURE(enhdnsbl)')')
ifdef(`_EDNSBL_MAP_', `', `define(`_EDNSBL_MAP_', 1)
PUSHDIVERT(6)Kednsbl dns -R A -a. -T<TMP> -r`'ifdef(`EDNSBL_TO', `EDNSBL_TO', `5')
POPDIVERT')
dnl _EDNSBL_HIT(answer): one rule per answer that counts
define(`_EDNSBL_HIT', `R< $1 >		ifelse(_ARG2_, `', `$'`#error $'`@ 5.7.1 $: "550 Rejected: " $&{client_addr} " listed at _ARG_"',
_ARG2_, `discard', `$'`#discard $: _ARG_', _ARG2_, `quarantine', `$'`#error $'`@ quarantine $: _ARG_', `$'`#error $'`@ 5.7.1 $: _ARG2_')
')
divert(8)dnl
# list _ARG_
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(ednsbl $4.$3.$2.$1._ARG_. $: ? $) >
ifelse(_ARG3_, `', `', _ARG3_, `t', `R< $* < TMP > >	$#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr} " at _ARG_"
', `R< $* < TMP > >	$#error $@ 4.4.3 $: _ARG3_
')`'R< $* < TMP > >	$: OKSOFAR
R< ? >			$: OKSOFAR
ifelse(_ARG4_, `', `_EDNSBL_HIT(`$'`+')', `_EDNSBL_HIT(_ARG4_)')dnl
ifelse(_ARG5_, `', `', `_EDNSBL_HIT(_ARG5_)')dnl
ifelse(_ARG6_, `', `', `_EDNSBL_HIT(_ARG6_)')dnl
ifelse(_ARG7_, `', `', `_EDNSBL_HIT(_ARG7_)')dnl
ifelse(_ARG8_, `', `', `_EDNSBL_HIT(_ARG8_)')dnl
R$*			$: OKSOFAR
divert(-1)
