divert(-1)
dnl FEATURE(mtamark[, message[, t | message[, prefix]]])
ifdef(`_MTAMARK_MAP_', `', `define(`_MTAMARK_MAP_', 1)
PUSHDIVERT(6)Kmtamark dns -R TXT -a. -T<TMP> -r`'ifdef(`MTAMARK_TO', `MTAMARK_TO', `5')
POPDIVERT')
divert(8)dnl
# MTA mark
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(mtamark ifelse(_ARG3_, `', `_perm._smtp._srv', `_ARG3_').$4.$3.$2.$1.in-addr.arpa. $: ? $) >
ifelse(_ARG2_, `', `', _ARG2_, `t', `R< $* < TMP > >	$#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr}
', `R< $* < TMP > >	$#error $@ 4.4.3 $: _ARG2_
')`'R< 0 . >		$#error $@ 5.7.1 $: ifelse(_ARG_, `', `"550 Rejected: " $&{client_addr} " not listed as MTA"', `_ARG_')
R$*			$: OKSOFAR
divert(-1)
