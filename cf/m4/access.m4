######################  checks of clients, senders and recipients  ###################
ifdef(`_ACCESS_TABLE_', `# Look-ups in the access map:  < key > < default > < mark tag > < rest >  becomes
# < value > < rest >.  Mark ! asks for  tag:key , mark + for  tag:key  and then  key .
# D: a domain and its parents; A: an address and its nets; E: exactly; U: user@ and
# F: user@host with the variants of +detail.  Workspace of D and A while searching:
# < answers > < key to shorten > < default > < mark tag > < rest >
SD
R< $+ > < $* > < ! $- > < $* >	$: < $(access $3 : $1 $: ? $) > < $1 > < $2 > < ! $3 > < $4 >
R< $+ > < $* > < + $- > < $* >	$: < $(access $3 : $1 $: ? $) $| $(access $1 $: ? $) > < $1 > < $2 > < + $3 > < $4 >
ifdef(`_LOOKUP_DOT_DOMAIN_', `R< ? > < $- . $+ > < $* > < ! $- > < $* >	< $(access $4 : . $2 $: ? $) $| $(access $4 : $2 $: ? $) > < $2 > < $3 > < ! $4 > < $5 >
R< ? $| ? > < $- . $+ > < $* > < ! $- > < $* >	< $(access $4 : . $2 $: ? $) $| $(access $4 : $2 $: ? $) > < $2 > < $3 > < ! $4 > < $5 >
R< ? $| ? > < $- . $+ > < $* > < + $- > < $* >	$@ $>DotDomain < $(access $4 : . $2 $: ? $) $| $(access . $2 $: ? $) > < $2 > < $3 > < + $4 > < $5 >
', `R< ? > < $- . $+ > < $* > < ! $- > < $* >	< $(access $4 : $2 $: ? $) > < $2 > < $3 > < ! $4 > < $5 >
R< ? $| ? > < $- . $+ > < $* > < + $- > < $* >	< $(access $4 : $2 $: ? $) $| $(access $2 $: ? $) > < $2 > < $3 > < + $4 > < $5 >
')`'R$*			$@ $>AccessFound $1
ifdef(`_LOOKUP_DOT_DOMAIN_', `SDotDomain
R< ? $| ? > < $+ > < $* > < + $- > < $* >	$@ $>D < $1 > < $2 > < + $3 > < $4 >
R$*			$@ $>AccessFound $1
')dnl
SA
R< $+ > < $* > < ! $- > < $* >	$: < $(access $3 : $1 $: ? $) > < $1 > < $2 > < ! $3 > < $4 >
R< $+ > < $* > < + $- > < $* >	$: < $(access $3 : $1 $: ? $) $| $(access $1 $: ? $) > < $1 > < $2 > < + $3 > < $4 >
R< ? > < $+ : : $- > < $* > < ! $- > < $* >	< $(access $4 : $1 $: ? $) > < $1 > < $3 > < ! $4 > < $5 >
R< ? $| ? > < $+ : : $- > < $* > < + $- > < $* >	< $(access $4 : $1 $: ? $) $| $(access $1 $: ? $) > < $1 > < $3 > < + $4 > < $5 >
R< ? > < $+ $- $- > < $* > < ! $- > < $* >	< $(access $5 : $1 $: ? $) > < $1 > < $4 > < ! $5 > < $6 >
R< ? $| ? > < $+ $- $- > < $* > < + $- > < $* >	< $(access $5 : $1 $: ? $) $| $(access $1 $: ? $) > < $1 > < $4 > < + $5 > < $6 >
R$*			$@ $>AccessFound $1
SE
R< $* > < $* > < ! $- > < $* >	$: < $(access $3 : $1 $: ? $) > < > < $2 > < ! $3 > < $4 >
R< $* > < $* > < + $- > < $* >	$: < $(access $3 : $1 $: ? $) $| $(access $1 $: ? $) > < > < $2 > < + $3 > < $4 >
R$*			$@ $>AccessFound $1
SU
R< $+ @ > < $* > < $- $- > < $* >	$: < ? > < $1 > < @ > < $2 > < $3 $4 > < $5 >
R$*			$@ $>UserForms $1
SF
R< $+ @ $+ > < $* > < $- $- > < $* >	$: < ? > < $1 > < @ $2 > < $3 > < $4 $5 > < $6 >
R$*			$@ $>UserForms $1

# UserForms: < ? > < user > < @host > < default > < mark tag > < rest >
SUserForms
R< ? > < $+ > < @ $* > < $* > < ! $- > < $* >	$: < $(access $4 : $1 @ $2 $: ? $) > < $1 > < @ $2 > < $3 > < ! $4 > < $5 >
R< ? > < $+ > < @ $* > < $* > < + $- > < $* >	$: < $(access $4 : $1 @ $2 $: ? $) $| $(access $1 @ $2 $: ? $) > < $1 > < @ $2 > < $3 > < + $4 > < $5 >
R< ? > < $+ + $* > < @ $* > < $* > < ! $- > < $* >	$: < $(access $5 : $1 + * @ $3 $: ? $) $| $(access $5 : $1 @ $3 $: ? $) > < > < @ $3 > < $4 > < ! $5 > < $6 >
R< ? $| ? > < $+ + $* > < @ $* > < $* > < + $- > < $* >	$: < $(access $5 : $1 + * @ $3 $: ? $) $| $(access $1 + * @ $3 $: ? $) $| $(access $5 : $1 @ $3 $: ? $) $| $(access $1 @ $3 $: ? $) > < > < @ $3 > < $4 > < + $5 > < $6 >
R< $* > < $* > < @ $* > < $* > < $- $- > < $* >	$@ $>AccessFound < $1 > < $2 > < $4 > < $5 $6 > < $7 >

# AccessFound: < answers > < key > < default > < mark tag > < rest >; the first answer counts
SAccessFound
R< $* ? $| $* > < $* > < $* > < $- $- > < $* >	< $1 $2 > < $3 > < $4 > < $5 $6 > < $7 >
R< $* < TMPF > $* > < $* > < $* > < $- $- > < $* >	$@ < < TMPF > > < $7 >
R< $+ $| $* > < $* > < $* > < $- $- > < $* >	$: < $1 > < $3 > < $4 > < $5 $6 > < $7 >
R< ? > < $* > < $* > < $- $- > < $* >	$@ < $2 > < $5 >
ifdef(`_ACCESS_SKIP_', `R< SKIP > < $* > < $* > < $- $- > < $* >	$@ < $2 > < $5 >
')`'R< $* > < $* > < $* > < $- $- > < $* >	$@ < $1 > < $6 >

# SearchList: < mark tag > $| < letter : key > ... < > ; the first hit
SSearchList
R< $- $- > $| < $={Src} : $* > $*	$: $>$3 < $4 > < ? > < $1 $2 > < < $1 $2 > $| $5 >
R< ? > < < $- $- > $| < > >	$@ < ? >
R< ? > < < $- $- > $| $+ >	$@ $>SearchList < $1 $2 > $| $3
R< $* > < < $- $- > $| $* >	$@ < $1 >

# AccessAction: what a value from the access map does to a client or an address
SAccessAction
R< REJECT >		$#error ifdef(`confREJECT_MSG', `$: confREJECT_MSG', `$@ 5.7.1 $: "550 Access denied"')
R< DISCARD >		$#discard $: discard
R< QUARANTINE : >	$#error $@ quarantine $: QUARANTINE
R< QUARANTINE : $+ >	$#error $@ quarantine $: $1
R< ERROR : $- . $- . $- : >	$#error $@ $1.$2.$3 $: "Access denied"
R< ERROR : $- . $- . $- : $+ >	$#error $@ $1.$2.$3 $: $4
R< ERROR : >		$#error $@ 5.7.1 $: "Access denied"
R< ERROR : $+ >		$#error $: $1
R< $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
R< $+ >			$#error $: $1

')dnl
######################  check_relay  #################################################
SLocal_check_relay
Scheck`'_DELAYED_`'relay
R$* $| $*		$: $1 $| $2 $| $>Local_check_relay $1 $| $2
R$* $| $* $| $#$*	$#$3
R$* $| $* $| $*		$@ $>Basic_check_relay $1 $| $2

SBasic_check_relay
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
ifdef(`_USE_CLIENT_PTR_', `R$* $| $*		$: $&{client_ptr} $| $2
')`'ifdef(`_ACCESS_TABLE_', `R$+ $| $+		$: $>D < $1 > < ? > < + Connect > < $2 >
R< ? > < $+ >		$: $>A < $1 > < ? > < + Connect > < >
R< ? > $*		$: OK
R< $={Accept} > $*	$@ $1
R< $+ > < $* >		$@ $>AccessAction < $1 >
')`'undivert(8)dnl
ifdef(`_REQUIRE_RDNS_', `R$*			$: $&{client_addr} $| $&{client_resolve}
R$=R $* $| $*		$@ RELAY
R$* $| FAIL		$#error $@ 5.7.1 $: 550 Fix reverse DNS for $1
R$* $| TEMP		$#error $@ 4.1.8 $: 451 Client IP address $1 does not resolve
R$* $| FORGED		$#error $@ 4.1.8 $: 451 Possibly forged hostname for $1
R$* $| $*		$: OK
')`'ifdef(`_RATE_IN_CHECK_', `R$*			$: $1 $| $>RateControl dummy
R$* $| $#$+		$#$2
R$* $| $*		$: $1
')`'ifdef(`_CONN_IN_CHECK_', `R$*			$: $1 $| $>ConnControl dummy
R$* $| $#$+		$#$2
R$* $| $*		$: $1
')
ifdef(`_RATE_CONTROL_', `# limits: rate of connections, open connections
SRateControl
R$*			$: $>LimitOf < ClientRate > < $&{client_addr} >
R0			$@ OK
R< TMPF >		$#error $@ 4.3.0 $: _TMPFMSG_
R$+			$: < $1 > $| $(arith l $@ $1 $@ $&{client_rate} $)
R< $+ > $| TRUE		$#error $@ 4.3.2 $: _RATE_CONTROL_REPLY_ Connection rate limit exceeded.
')`'ifdef(`_CONN_CONTROL_', `SConnControl
R$*			$: $>LimitOf < ClientConn > < $&{client_addr} >
R0			$@ OK
R< TMPF >		$#error $@ 4.3.0 $: _TMPFMSG_
R$+			$: < $1 > $| $(arith l $@ $1 $@ $&{client_connections} $)
R< $+ > $| TRUE		$#error $@ 4.3.2 $: _CONN_CONTROL_REPLY_ Too many open connections.
')`'ifdef(`_SEARCH_ADDRESSES_', `SLimitOf
R< $- > < $+ >		$: $>SearchList < ! $1 > $| < A : $2 > < E : > < >
R< ? >			$@ 0
R< $* < TMPF > >	$@ < TMPF >
R< $* >			$@ $1
')
ifdef(`_LIMITS_AT_ONCE_', `# the limits that do not wait for a recipient
Scheck_relay
ifdef(`_RATE_AT_ONCE_', `R$*			$: $>RateControl dummy
')`'ifdef(`_CONN_AT_ONCE_', `R$*			$: $>ConnControl dummy
')')
######################  check_mail  ##################################################
SLocal_check_mail
Scheck`'_DELAYED_`'mail
R$*			$: $1 $| $>Local_check_mail $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>Basic_check_mail $1

SBasic_check_mail
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2 $| $>tls_client $&{verify} $| MAIL
R$* $| $#$+		$#$2
R$* $| $*		$@ $>MailSender $1
ifdef(`_DELAY_CHECKS_', `
# the part of checkmail that is left after check_rcpt has looked at TLS
SMailLater
R$*			$: $1 $| $>Local_check_mail $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>MailSender $1
')
# MailSender: the address of MAIL
SMailSender
R< >			$@ < OK >
R$* < $+ > $*		$2				text of the address
ifdef(`_ACCEPT_UNQUALIFIED_SENDERS_', `', `R$* @ localhost $*	$: $>FromLocalhost $1 @ localhost $2
R$* @ [ $+ ]		$: $>FromLocalhost $1 @ [ $2 ]
')`'R$*			$: < ? > $>CanonAddr $1
R< ? > $#error $*	$: < ! > $#error $1
R< ? > $* < @ $+ . > $*	$: < ? > $1 < @ $2 > $3
ifdef(`_ACCEPT_UNQUALIFIED_SENDERS_', `', `R< ? > $* < @ $- >	$: < ? $&{daemon_flags} $| $&{client_name} > $1 < @ $2 >
R< ? $* $| $=w > $*	$: < ? > $3
R< ? $* f $* $| $+ > $* < @ $- >	$#error $@ 5.5.4 $: "_CODE553 Real domain name required for sender address"
R< ? $* > $*		$: < ? > $2
')`'ifdef(`_ACCESS_TABLE_', `R< ? > $+ < @ [ $+ ] > $*	$: $1 < @ [ $2 ] > $3 $| $>SearchList < + From > $| < F : $1 @ [ $2 ] > < U : $1 @ > < >
R$+ < @ [ $+ ] > $* $| < ? >	$: $1 < @ [ $2 ] > $3 $| $>BracketNet < [ $2 ] >
R< ? > $+ < @ $+ > $*	$: $1 < @ $2 > $3 $| $>SearchList < + From > $| < F : $1 @ $2 > < U : $1 @ > < D : $2 > < >
R< ? > $+		$: $1 $| $>SearchList < + From > $| < U : $1 @ > < >
R$* $| < ? >		$: < ? > $1
R$* $| < $={Accept} >	$# $2
R$* $| < $* >		$@ $>AccessAction < $2 >
')dnl
R< ? > $+ < @ $* $=P > $*	$: < < OKR > > $1 < @ $2 $3 > $4
R< ? > $+ < @ $+ > $*	ifdef(`_ACCEPT_UNRESOLVABLE_DOMAINS_', `$: < < OKR > > $1 < @ $2 > $3', `$: < $(resolve $2 $: $2 < PERM > $) > $1 < @ $2 > $3')
R< $* < $={ResOk} > > $+ < @ $+ > $*	$@ ifdef(`_BADMX_', `$>BadMX $3 < @ $4 >', `@ $3 < @ $4 > $5')
R< $* < TEMP > > $*	$#error $@ 4.1.8 $: "451 Domain of sender address " $&f " does not resolve"
R< $* < PERM > > $*	$#error $@ 5.1.8 $: "_CODE553 Domain of sender address " $&f " does not exist"
ifdef(`_ACCEPT_UNQUALIFIED_SENDERS_', `R< $- > $*		$@ @ $2
', `R< $- > $*		$: < $&{daemon_flags} > < $&{client_name} > $2
R< $* u $* > < $* > $*	$@ @ $4
R< $* > < > $*		$@ < OKR >
')`'R$*			$#error $@ 5.5.4 $: "_CODE553 Domain name required for sender address " $&f

ifdef(`_ACCEPT_UNQUALIFIED_SENDERS_', `', `# FromLocalhost: only this host may call itself localhost
SFromLocalhost
R$* @ localhost		$: < ? > $1 @ localhost
R$* @ localhost . $m	$: < ? > $1 @ localhost . $m
R$* @ localhost .UUCP	$: < ? > $1 @ localhost .UUCP
R$* @ [ 127.0.0.1 ]	$: < ? > $1 @ [ 127.0.0.1 ]
R$* @ [ IPv6 : 0 : 0 : 0 : 0 : 0 : 0 : 0 : 1 ]	$: < ? > $1 @ [ IPv6 : 0:0:0:0:0:0:0:1 ]
R$* @ [ IPv6 : : : 1 ]	$: < ? > $1 @ [ IPv6 ::: 1 ]
R< ? > $*		$: < ? $&{client_name} > < $&{daemon_flags} > $1
R< ? > < $* > $*	$@ $2
R< ? $+ > < $* u $* > $*	$@ $4
R< ? $+ > < $* > $*	$: < ? $1 > $3
R< ? $=w > $*		$@ $2
R< ? $+ > $*		$#error $@ 5.5.4 $: "_CODE553 Real domain name required for sender address"

')dnl
ifdef(`_ACCESS_TABLE_', `# BracketNet: < [a.b.c.d] > in the access map, then < [a.b.c] > ...
SBracketNet
R< [ $+ ] >		$: < $(access From : [ $1 ] $: ? $) $| $(access [ $1 ] $: ? $) > < $1 >
R< ? $| ? > < $+ $- $- >	< $(access From : [ $1 ] $: ? $) $| $(access [ $1 ] $: ? $) > < $1 >
R< ? $| $* > < $* >	$@ < $1 >
R< $* $| $* > < $* >	$@ < $1 >

')dnl
######################  check_rcpt  ##################################################
SLocal_check_rcpt
Scheck`'_DELAYED_`'rcpt
R$*			$: $1 $| $>Local_check_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$@ $>Basic_check_rcpt $1

SBasic_check_rcpt
R$*			$: < $&{deliveryMode} > $1
R< d > $*		$@ deferred
R< $* > $*		$: $2
R< >			$#error $@ nouser $: "_CODE553 User address required"
R$*			$: $1 $| $>ParseRecipient $1
R$* $| $#$+		$#$2
R$* $| < @ >		$#error $@ 5.1.3 $: "_CODE553 List:; syntax illegal for recipient addresses"
ifdef(`_BLOCKLIST_RCPT_', `ifdef(`_ACCESS_TABLE_', `R$* $| $*		$: $1 $| $>RcptBlocked $2
R$* $| $#$+		$#$2
')')`'ifdef(`_PROMISCUOUS_RELAY_', `R$* $| $+ < @ $* . >	$: $1 $| $2 < @ $3 >
R$* $| $*		$@ $1 $| @ $2', `R$* $| $*		$: $1 $| $2 $| $>ProvenSender $1
R$* $| $* $| $#$+	$#$3
R$* $| $* $| $*		$: $2 $| $>RcptFinal $2
R$* $| RELAY		$@ RELAY
R$* $| $#$+		$#$2
R$* $| $*		$: $2 $| $>Relay_ok $1
R$* $| $#$+		$#$2
R$* $| RELAY		$@ RELAY
R$* $| $*		$: < $&{client_resolve} > $1
R< TEMP > $*		$#error $@ 4.4.0 $: "450 Relaying temporarily denied. Cannot resolve PTR record for " $&{client_addr}
R< FAIL > $*		$#error $@ 5.7.1 $: "550 Relaying denied. IP name lookup failed " $&{client_name}
R< FORGED > $*		$#error $@ 5.7.1 $: "550 Relaying denied. IP name possibly forged " $&{client_name}
R< $* > TEMP		$#error $@ 4.3.0 $: _TMPFMSG_
R$*			$#error $@ 5.7.1 $: ifdef(`confRELAY_MSG', `confRELAY_MSG', `"550 Relaying denied`'ifdef(`_USE_AUTH_', `. Proper authentication required.')"')')
ifdef(`_BLOCKLIST_RCPT_', `ifdef(`_ACCESS_TABLE_', `
# RcptBlocked: canonical recipient; error if the access map says so
SRcptBlocked
R$+			$: < > $1
R< > $+ < @ $* . >	$: < > $1 < @ $2 >
R< > $+ < @ $=w >	$: $1 < @ $2 > $| $>SearchList < + To > $| < F : $1 @ $2 > < U : $1 @ > < D : $2 > < >
R< > $+ < @ $+ >	$: $1 < @ $2 > $| $>SearchList < + To > $| < F : $1 @ $2 > < D : $2 > < >
R< > $+			$: $1 $| $>SearchList < + To > $| < U : $1 @ > < >
R$* $| < ? >		$@ $1
R$* $| < $={Accept} >	$@ $1
ifdef(`_SPAM_TAGS_', `R$* $| < $={SpamTag} >	$@ $1				older form of Spam:
')`'R$* $| < REJECT >	$#error $@ 5.2.1 $: _RCPTREJ_
R$* $| < $* >		$@ $>AccessAction < $2 >
')')
# ParseRecipient: canonical recipient, without hops through us or those we relay to
SParseRecipient
R< $~O $* @ $~[ $* : $* >	$#error $@ 5.1.3 $: "_CODE553 Colon illegal in host name part"
R$*			$: $>CanonAddr $1
ifdef(`_LOOSE_RELAY_CHECK_', `', `R$* $=O $* < @ $+ >	$: $>StripRelay $1 $2 $3 < @ $4 >
SStripRelay
R$* < @ $* . >		$: < ? > $1 < @ $2 >
R$* < @ $* >		$: < ? > $1 < @ $2 >
ifdef(`_RELAY_ENTIRE_DOMAIN_', `R< ? > $* < @ $* $=m >	$: < RELAY > $1 < @ $2 $3 >
')`'R< ? > $* < @ $=R >	$: < RELAY > $1 < @ $2 >
ifdef(`_RELAY_HOSTS_ONLY_', `', `R< ? > $* < @ $+ . $=R >	$: < RELAY > $1 < @ $2 . $3 >
')`'ifdef(`_ACCESS_TABLE_', `R< ? > $* < @ $+ >	$: $>ifdef(`_RELAY_HOSTS_ONLY_', `E', `D') < $2 > < ? > < + To > < $1 < @ $2 > >
R< $* > < $* < @ $* > >	$: < $1 > $2 < @ $3 >
')`'R< RELAY > $* < @ $* >	$@ $>ParseRecipient $1
R< $* > $*		$@ $2
')
ifdef(`_PROMISCUOUS_RELAY_', `', `# Rcpt_ok: RELAY if anybody may send to this recipient
SRcpt_ok
R$*			$: $>ParseRecipient $1
R$*			$@ $>RcptFinal $1
SRcptFinal
ifdef(`_NO_PERCENTHACK_REJECT_', `R$* % $* < @ $=w . >	$@ NO
R$+ % $+		$@ NO
')`'ifdef(`_NO_UUCP_REJECT_', `R$* ! $* < @ $=w . >	$@ NO
R$+ ! $+		$@ NO
')dnl
R$* < @ $=w . >		$@ RELAY
R$* < @ $* . >		$: $1 < @ $2 >
R$* < @ $=w >		$@ RELAY
R$* < @ $=R >		$@ RELAY
ifdef(`_RELAY_HOSTS_ONLY_', `', `R$* < @ $+ . $=R >	$@ RELAY
')`'ifdef(`_RELAY_ENTIRE_DOMAIN_', `R$* < @ $* $=m >	$@ RELAY
')`'ifdef(`_RELAY_MX_SERVED_', `R$* < @ $+ >		$: < : $(mxserved $2 $) : > $1 < @ $2 >
R< : $* < TEMP > : > $* < @ $+ >	$#error $@ 4.4.0 $: "450 Can not check MX records for recipient host " $1
R< $* : $=w . : $* > $*	$@ RELAY
R< $* : $=w : $* > $*	$@ RELAY
R< : $* : > $*		$: $2
')dnl
ifdef(`_ACCESS_TABLE_', `ifdef(`_RELAY_FULL_ADDR_', `R$+ < @ $+ >		$: $1 < @ $2 > $| $>SearchList < + To > $| < E : $1 @ $2 > < ifdef(`_RELAY_HOSTS_ONLY_', `E', `D') : $2 > < >
R$* < @ $* > $| < $* >	$: < $3 > < $1 < @ $2 > >
', `R$+ < @ $+ >		$: $>ifdef(`_RELAY_HOSTS_ONLY_', `E', `D') < $2 > < ? > < + To > < $1 < @ $2 > >
')`'R< RELAY > $*		$@ RELAY
R< $* < TMPF > > $*	$@ TEMP
R< $* > < $* < @ $* > >	$@ $2 < @ $3 >
')`'R$* < @ $* >		$@ $1 < @ $2 >
R$*			$@ RELAY

# ProvenSender: $# RELAY for a trusted AUTH mechanism or certificate
SProvenSender
ifdef(`_ACCESS_TABLE_', `R$*			$: $&{verify}
R$={TlsVerified}	$: $>RelayTLS OK
R$* RELAY		$# RELAY
')`'R$*			$: < $&{auth_type} > $| $>Local_Relay_Auth $&{auth_type}
R< $* > $| $#$*		$#$2
R< $={TrustAuthMech} > $| $*	$# RELAY
R$*			$: no
# Relay_ok: RELAY if this client may send to anybody
SRelay_ok
R$*			$: $&{client_addr}
R$@			$@ RELAY
R0			$@ RELAY
R127.0.0.1		$@ RELAY
RIPv6 : 0 : 0 : 0 : 0 : 0 : 0 : 0 : 1	$@ RELAY
RIPv6 : : : 1		$@ RELAY
R$=R $*			$@ RELAY
ifdef(`_ACCESS_TABLE_', `R$*			$: $>A < $1 > < ? > < + Connect > < >
R< RELAY > $*		$@ RELAY
R< $* < TMPF > > $*	$#error $@ 4.3.0 $: _TMPFMSG_
')`'ifdef(`_DRAC_', `R$*			$: < $(drac $&{client_addr} $: ? $) >
R< ? >			$: NO
R< $* >			$@ RELAY
')`'ifdef(`_RELAY_LOCAL_FROM_', `R$*			$: < ? > $>CanonAddr $&f
R< ? > $+ < @ $=w . >	$@ RELAY
')`'ifdef(`_RELAY_MAIL_FROM_', `R$*			$: < ? > $>CanonAddr $&f
R< ? > $+ < @ $+ . >	$: < ? > $1 < @ $2 >
R< ? > $+ < @ $+ >	$: $>SearchList < ! From > $| < F : $1 @ $2 > ifdef(`_RELAY_MAIL_FROM_DOMAIN_', `< D : $2 > ')< >
R< RELAY >		$@ RELAY
R< $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
')dnl
R$*			$: < $&{client_resolve} > $&{client_name}
R< OK > $=w		$@ RELAY
R< OK > $=R		$@ RELAY
ifdef(`_RELAY_HOSTS_ONLY_', `', `R< OK > $+ . $=R	$@ RELAY
')`'ifdef(`_RELAY_ENTIRE_DOMAIN_', `R< OK > $* $=m		$@ RELAY
')`'ifdef(`_ACCESS_TABLE_', `R< OK > $+		$: $>ifdef(`_RELAY_HOSTS_ONLY_', `E', `D') < $1 > < ? > < + Connect > < >
R< RELAY > $*		$@ RELAY
R< $* < TMPF > > $*	$#error $@ 4.3.0 $: _TMPFMSG_
')`'R$*			$@ NO
')
ifdef(`_DELAY_CHECKS_', `######################  delayed checks  ##############################################
# check_rcpt runs all three checks; an authenticated sender or a friend is spared the others
Scheck_rcpt
R$*			$: $1 $| $>checkrcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1 $| $>tls_client $&{verify} $| MAIL
R$* $| $#$+		$#$2
R$* $| $*		$: $1
ifdef(`_SPAM_FRIEND_OR_HATER_', `R$*			$: $1 $| $>SpamTest $1
R$* $| ifdef(`_SPAM_HATER_', `SPAMHATER	$@ NOSPAMHATER', `SPAMFRIEND	$@ SPAMFRIEND')
R$* $| $*		$: $1
')`'R$*			$: $1 $| $>MailLater < $&f >
R$* $| $#$*		$#$2
R$* $| $*		$: $1 $| $>checkrelay $&{client_name} $| $&{client_addr}
R$* $| $#$*		$#$2
R$* $| $*		$: $1
ifdef(`_BLOCK_BAD_HELO_', `R$*			$: $1 $| $>HeloOk $&{client_addr}
R$* $| $#$+		$#$2
R$* $| $*		$: $1
')`'R$*			$@ $>Bare $1
SBare
R$*			$: $>CanonAddr $1
R$* < @ $* . >		$: $1 < @ $2 >
R$-			$: $1 < @ $j >
ifdef(`_SPAM_FRIEND_OR_HATER_', `', `R$*			$@ < ? > $1
')
ifdef(`_SPAM_FRIEND_OR_HATER_', `
# SpamTest: SPAMFRIEND or SPAMHATER if this recipient wants no checks
SSpamTest
R$*			$: $>CanonAddr $1
R$+ < @ $* . >		$: $1 < @ $2 >
R$+ < @ $=w >		$: $>SearchList < ! Spam > $| < F : $1 @ $2 > < U : $1 @ > < D : $2 > < >
R$+ < @ $+ >		$: $>SearchList < ! Spam > $| < F : $1 @ $2 > < D : $2 > < >
R$* < $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
ifdef(`_SPAM_HATER_', `R< HATER >		$@ hater
R$~[ $*		$: $>SearchList < ! Spam > $| < U : $1 $2 @ > < >
R< HATER >		$@ hater
R$*			$@ SPAMHATER', `R< FRIEND >		$@ SPAMFRIEND
R< $* >			$@ no
R$*			$: $>SearchList < ! Spam > $| < U : $1 @ > < >
R< FRIEND >		$@ SPAMFRIEND')
')`'ifdef(`_BLOCK_BAD_HELO_', `
# HeloOk: client address; the name in HELO must be qualified and not ours
SHeloOk
R$=R $*			$@ ours
R$*			$: $&s
R$@			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
R$-			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
R$=w			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
R$- .			$#error $@ 5.7.1 $: "550 bogus HELO name used: " $&s
')')
