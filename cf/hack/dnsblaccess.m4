divert(-1)
dnl HACK(dnsblaccess, domain[, message[, t | message[, tag]]]): what the list answers is looked up
dnl in the access map (tag:127.0.0.2, tag:127.0.0, ..., tag:); OK and RELAY let the client in
ifdef(`_ACCESS_TABLE_', `', `_CF_ERROR(`HACK(dnsblaccess) needs FEATURE(access_db) before it')')
ifdef(`_EDNSBL_MAP_', `', `define(`_EDNSBL_MAP_', 1)
PUSHDIVERT(6)Kednsbl dns -R A -a. -T<TMP> -r`'ifdef(`EDNSBL_TO', `EDNSBL_TO', `5')
POPDIVERT')
pushdef(`_LIST_', ifelse(_ARG_, `', `blackholes.mail-abuse.org', `_ARG_'))
pushdef(`_TAG_', ifelse(_ARG4_, `', `dnsblaccess', `_ARG4_'))
dnl _DNSBL_ASK(key, rest): one step of the search
define(`_DNSBL_ASK', `R< ? > $1	$: < $`'(access _TAG_:$2 $`'@ $`'&{client_addr} $`'@ _LIST_ $: ? $) > $3
')
divert(8)dnl
# list _LIST_, judged by the access map
R$*			$: $&{client_addr}
R$- . $- . $- . $-	$: < $(ednsbl $4.$3.$2.$1._LIST_. $: OK $) >
ifelse(_ARG3_, `', `', _ARG3_, `t', `R< $* < TMP > >	$#error $@ 4.4.3 $: "451 Temporary lookup failure of " $&{client_addr} " at _LIST_"
', `R< $* < TMP > >	$#error $@ 4.4.3 $: _ARG3_
')`'R< $* < TMP > >	$: < OK >
R< $- . $- . $- . $- . >	$: < ? > $1 . $2 . $3 . $4
_DNSBL_ASK(`$- . $- . $- . $-', `$1.$2.$3.$4', `$1 . $2 . $3')dnl
_DNSBL_ASK(`$- . $- . $-', `$1.$2.$3', `$1 . $2')dnl
_DNSBL_ASK(`$- . $-', `$1.$2', `$1')dnl
_DNSBL_ASK(`$-', `$1', `')dnl
_DNSBL_ASK(`', `', `')dnl
R< OK > $*		$: OKSOFAR
R< RELAY > $*		$: OKSOFAR
R< DISCARD > $*		$#discard $: discard
R< ERROR : $- . $- . $- : $+ > $*	$#error $@ $1.$2.$3 $: $4
R< ERROR : $+ > $*	$#error $: $1
R< $* < TMPF > > $*	$#error $@ 4.3.0 $: _TMPFMSG_
R< $* > $*		$#error $@ 5.7.1 $: ifelse(_ARG2_, `', `"550 Rejected: " $&{client_addr} " listed at _LIST_"', `_ARG2_')
divert(-1)
popdef(`_LIST_')popdef(`_TAG_')
