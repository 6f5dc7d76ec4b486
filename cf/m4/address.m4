######################  addresses: from text to canonical form  ######################
# canonify: the text of an address becomes  user < @ host . >  (a dot ends a host that is
# known to be complete), a bare  user  , or  < @ >  for the null address.
Scanonify=3
R$@			$@ < @ >
R$* < $* < $* > $*	< $3 > $4			innermost, rightmost brackets
R$* < $* > $*		$: $2
R$@			$@ < @ >
R$* : $*		$: $>CanonList $1 : $2		routes, groups: rare
R$* ;			$: $>CanonList $1 ;
R: ; < @ >		$@ : ; < @ >
R$+ @ $+		$: $1 < @ $2 >			the last at sign counts
R$+ < @ $* @ $+ >	$1 @ $2 < @ $3 >
R$+ < @ $+ >		$@ $>Canonify2 $1 < @ $2 >
ifdef(`_USE_DECNET_SYNTAX_', `R$+ : : $+		$@ $>Canonify2 $2 < @ $1 .DECNET >
')`'ifdef(`_NO_UUCP_', `', `R$+ ! $+		$: $2 < @ $1 .UUCP >		bang path: first hop
R$+ < @ $+ . $- .UUCP >	$@ $>Canonify2 $1 < @ $2 . $3 >
R$+ < @ $+ .UUCP >	$@ $>Canonify2 $1 < @ $2 .UUCP >
')`'ifdef(`_NO_PERCENTHACK_', `R$* @ $*		$: $1 < @ $2 >
R$* < @ $* @ $* >	$1 @ $2 < @ $3 >
', `R$* @ $*		$1 % $2
R$* % $*		$: $1 < @ $2 >
R$* < @ $* % $* >	$1 % $2 < @ $3 >
')`'R$* < @ $* >		$@ $>Canonify2 $1 < @ $2 >

# CanonList: of a route its end, of a group its content
SCanonList
R: `include' : $*		$@ : `include' : $1
R$+ ;			$: $1
R$* [ IPv6 : $* ] $* : $+	$@ $4
R$* : $+ [ IPv6 : $* ] $*	$@ $2 [ IPv6 : $3 ] $4
R$* [ IPv6 : $* ] $*	$@ $1 [ IPv6 : $2 ] $3
R$* : : $*		$@ $1 : : $2
R@ $+ :			$@ @ $1 :
R$* : $+		$@ $2
R$* :			$@ : ; < @ >
R;			$@ : ; < @ >

# Canonify2: completes the host part of  user < @ host >
SCanonify2=96
R$* < @ localhost > $*	$@ $1 < @ $j . > $2
R$* < @ localhost . $m > $*	$@ $1 < @ $j . > $2
ifdef(`_NO_UUCP_', `', `R$* < @ localhost .UUCP > $*	$@ $1 < @ $j . > $2
')dnl
R$* < @ [ $* ] > $*	$@ $>CanonLiteral $1 < @ [ $2 ] > $3
ifdef(`_DOMAIN_TABLE_', `R$* < @ $+ > $*	$: $1 < @ $(domaintable $2 $) > $3
')`'ifdef(`_BITDOMAIN_TABLE_', `R$* < @ $+ .BITNET > $*	$: $1 < @ $(bitdomain $2 $: $2 .BITNET $) > $3
')`'ifdef(`_UUDOMAIN_TABLE_', `R$* < @ $+ .UUCP > $*	$: $1 < @ $(uudomain $2 $: $2 .UUCP $) > $3
')`'undivert(2)dnl
ifdef(`_NO_UUCP_', `', `ifdef(`_NO_CANONIFY_', `', `R$* < @ $+ .UUCP > $*	$@ $1 < @ $2 .UUCP. > $3
')')`'R$* < @ $* . . > $*	$1 < @ $2 . > $3
R$* < @ $* . > $*	$@ $1 < @ $2 . > $3		complete
R$* < @ $* $=P > $*	$@ $1 < @ $2 $3 . > $4		pseudo-domains need no lookup
R$* < @ $+ > $*		$: $>CanonHost < $&{daemon_flags} > $1 < @ $2 > $3
R$* < @ $=w > $*	$@ $1 < @ $2 . > $3
ifdef(`_MASQUERADE_ENTIRE_DOMAIN_', `R$* < @ $* $=M > $*	$@ $1 < @ $2 $3 . > $4
', `R$* < @ $=M > $*	$@ $1 < @ $2 . > $3
')`'ifdef(`_VIRTUSER_ENTIRE_DOMAIN_', `R$* < @ $* $={VirtHost} > $*	$@ $1 < @ $2 $3 . > $4
', `R$* < @ $={VirtHost} > $*	$@ $1 < @ $2 . > $3
')`'ifdef(`_GENERICS_ENTIRE_DOMAIN_', `R$* < @ $* $=G > $*	$@ $1 < @ $2 $3 . > $4
', `R$* < @ $=G > $*	$@ $1 < @ $2 . > $3
')`'
# CanonHost: < flags of the listener > user < @ host >
SCanonHost
ifdef(`_NO_CANONIFY_', `R< $* c $* > $* < @ $+ > $*	$@ $3 < @ $[ $4 $] > $5
ifelse(_NO_CANONIFY_, `canonify_hosts', `R< $* > $* < @ $- > $*	$@ $2 < @ $[ $3 $] > $4
')`'ifdef(`_CANONIFY_DOMAINS_', `R< $* > $* < @ $* $={Canonify} > $*	$@ $2 < @ $[ $3 $4 $] > $5
')`'R< $* > $* < @ $+ . $+ > $*	$@ $2 < @ $3 . $4 . > $5
R< $* > $*		$@ $2
', `R< $* CC $* > $* < @ $+ . $+ > $*	$@ $3 < @ $4 . $5 . > $6
R< $* CC $* > $*	$@ $3
R< $* > $* < @ $+ > $*	$@ $2 < @ $[ $3 $] > $4
')
# CanonLiteral: an address literal of ours is our name
SCanonLiteral
R$* < @ $=w > $*	$@ $1 < @ $j . > $3

# final: the canonical form becomes text again
Sfinal=4
R: ; < @ >		$@
R$* ; < @ >		$@ $1
R$* < @ >		$@
R$* < @ *LOCAL* > $*	$: $1 < @ $j > $2
R$* < @ $+ . > $*	$1 < @ $2 > $3
R$* < $* > $*		$1 $2 $3
ifdef(`_USE_DECNET_SYNTAX_', `R$+ @ $+ .DECNET	$2 : : $1
')`'ifdef(`_NO_UUCP_', `', `R$+ @ $- .UUCP		$2 ! $1
')`'R$+ % $=w @ $=w		$1 @ $2

######################  addresses: from canonical form to mailer, host, user  ########
# Recurse: start again with a rewritten address
SRecurse=97
R$*			$: $>canonify $1
R$*			$@ $>parse $1

Sparse=0
R$*			$: $>ParseLocal $>Parse0 $1
R$*			$: $>Parse1 $1

# Parse0: syntax; source routes through ourselves are taken off
SParse0
R< @ >			$@ < @ >
R$* : $* ; < @ >	$#error $@ 5.1.3 $: "_CODE553 List:; syntax illegal for recipient addresses"
R< @ $* >		$#error $@ 5.1.3 $: "_CODE553 User address required"
R$+ < @ >		$#error $@ 5.1.3 $: "_CODE553 Hostname required"
R$*			$: < > $1
R< > $* < @ [ $* ] : $+ > $*	$#error $@ 5.1.2 $: "_CODE553 Colon illegal in host name part"
R< > $* < @ [ $* ] . > $*	$#error $@ 5.1.2 $: "_CODE553 Invalid address"
R< > $* < @ . $* > $*	$#error $@ 5.1.2 $: "_CODE553 Invalid host name"
R< > $* < @ $* . . $* > $*	$#error $@ 5.1.2 $: "_CODE553 Invalid host name"
R< > $* , $*		$#error $@ 5.1.3 $: "_CODE553 Invalid route address"
R< > $* @ $* < @ $* > $*	$#error $@ 5.1.3 $: "_CODE553 Invalid route address"
R< > $*			$: $1
R$- < @ $=w . >		$: $(dequote $1 $) < @ $2 . >
R$-			$@ $>canonify $(dequote $1 $)
R$* $=O $* < @ $=w . >	$@ $>Parse0 $>canonify $1 $2 $3

# ParseLocal: rules of the site, then rules of features
SParseLocal=98
undivert(3)dnl
ifdef(`_REDIRECT_', `R$* < @ $+ .REDIRECT. >	$: < $&{opMode} > $1 < @ $2 .REDIRECT. >
R< i > $*		$@ $1
R< $* > $* < @ $+ .REDIRECT. >	$#error $@ 5.1.1 $: "551 User has moved; please try " < $2 @ $3 >
')
SParse1
R< @ >			$#_LOCAL_ $: < @ >
ifdef(`_VIRTUSER_TABLE_', `R$+ < @ $={VirtHost} . >	$: $>VirtUser $1 < @ $2 . >
ifdef(`_VIRTUSER_ENTIRE_DOMAIN_', `R$+ < @ $+ . $={VirtHost} . >	$: $>VirtUser $1 < @ $2 . $3 . >
')`'R$+ < @ $=w . >		$: $>VirtUser $1 < @ $2 . >
')`'ifdef(`_LDAP_ROUTING_', `R$*			$: $>LDAPRoute $1
')`'ifdef(`_STICKY_HOST_', `ifdef(`MAIL_HUB', `R$+ < @ $=w . >	$: $>MailerToTriple < $H > $1 < @ $2 . >
', `R$+ + $* < @ $=w . >	$#_LOCAL_ $: $1 + $2
')`'R$+ < @ $=w . >		$#_LOCAL_ $: @ $1
', `R$=L < @ $=w . >	$#_LOCAL_ $: @ $1
R$+ < @ $=w . >		$#_LOCAL_ $: $1
')`'ifdef(`_BESTMX_IS_LOCAL_', `ifelse(_BESTMX_IS_LOCAL_, `any', `R$* < @ $+ > $*		$: < $(bestmx $2 $: ? $) > $1 < @ $2 > $3
', `R$* < @ $* $=B . > $*	$: < $(bestmx $2 $3 . $: ? $) > $1 < @ $2 $3 . > $4
')`'R< $=w . > $* < @ $* > $*	$#_LOCAL_ $@ $: $2
R< $* > $* < @ $* > $*	$: $2 < @ $3 > $4
')`'ifdef(`_MAILER_TABLE_', `R$* < @ $~[ $* > $*	$: < $2 $3 > $1 < @ $2 $3 > $4
R< $+ . > $*		$: < $1 > $2
R< $+ > $+		$: < $(mailertable $1 $: < $1 > $) > $2
R< < $+ > > $*		$: $>Mailertable < $1 > $2
R< $+ > $*		$: $>MailerToTriple < $1 > $2
')`'undivert(4)dnl
ifdef(`UUCP_RELAY', `R$* < @ $+ .UUCP. > $*	$: $>MailerToTriple < $Y > $1 < @ $2 .UUCP. > $3
')`'ifdef(`BITNET_RELAY', `R$* < @ $+ .BITNET. > $*	$: $>MailerToTriple < $B > $1 < @ $2 .BITNET. > $3
')`'ifdef(`DECNET_RELAY', `R$* < @ $+ .DECNET. > $*	$: $>MailerToTriple < $C > $1 < @ $2 .DECNET. > $3
')`'ifdef(`_MAILER_fax_', `R$* < @ $+ .FAX. > $*	$#fax $@ $2 $: $1
', `ifdef(`FAX_RELAY', `R$* < @ $+ .FAX. > $*	$: $>MailerToTriple < $F > $1 < @ $2 .FAX. > $3
')')`'undivert(1)dnl
R$* < @ [ $+ ] > $*	$: < $S > $1 < @ [ $2 ] > $3
R< $- : $+ > $* < @ $+ > $*	$: $>MailerToTriple < $1 : $2 > $3 < @ $4 > $5
R< $* > $* < @ [ $+ ] > $*	$#_ESMTP_ $@ ifelse(defn(`SMART_HOST'), `', `[ $3 ]', `$1') $: $2 < @ [ $3 ] > $4
R$* < @ $* > $*		$: $>MailerToTriple < $S > $1 < @ $2 > $3
R$* < @ $+ > $*		$#_ESMTP_ $@ $2 $: $1 < @ $2 > $3
R$=L			$#_LOCAL_ $: @ $1
R$+			$#_LOCAL_ $: $1

# MailerToTriple: < where > address, with where = nothing, host, mailer:host,
# mailer:user@host, local:user or error:...
SMailerToTriple=95
R< > $*			$@ $1
R< error : $- . $- . $- : $+ > $*	$#error $@ $1.$2.$3 $: $4
R< error : $- : $+ > $*	$#error $@ $1 $: $2
R< error : $+ > $*	$#error $: $1
R< local : $* > $*	$@ $>LocalTriple < $1 > $2
R< $- : $- @ $+ > $*	$# $1 $@ $3 $: $2 < @ $3 >
R< $- : $- + $* @ $+ > $*	$# $1 $@ $4 $: $2 + $3 < @ $4 >
R< $- : $+ > $*		$# $1 $@ $2 $: $3
R< $=w > $*		$@ $2
R< $+ > $*		$#_RELAY_ $@ $1 $: $2

# LocalTriple: < user or nothing > address
SLocalTriple
R< $* > $+ < @ $+ . >	$: < $1 > $2 < @ $3 >
R< > $+ < @ $+ >	$#_LOCAL_ $@ $1 @ $2 $: $1
R< > $+			$#_LOCAL_ $@ $1 $: $1
R< $+ @ $+ > $+ < @ $+ >	$#_LOCAL_ $@ $3 @ $4 $: $1
R< $+ > $+ < @ $+ >	$#_LOCAL_ $@ $2 @ $3 $: $1
R< $+ > $+		$#_LOCAL_ $@ $2 $: $1

# localaddr: a local name that is no alias
Slocaladdr=5
ifdef(`_MSP_', `ifdef(`LOCAL_RELAY', `ifdef(`_STICKY_HOST_', `R$-			$: $>HubTriple < $R > $1
')')`'R$*			$: $>FullAddr $>CanonAddr $1
R$*			$#_RELAY_ $@ ${MTAHost} $: $1
')dnl
R$*			$: $1 $| $>Local_localaddr $1
R$+ $| $#$+		$@ $#$2
R$+ $| $*		$: $1
ifdef(`_PRESERVE_LOCAL_PLUS_DETAIL_', `R$+			$: $1 $|
', `R$+ + *			$#_LOCAL_ $@ $&h $: $1
R$+ + $*		$#_LOCAL_ $@ + $2 $: $1 + *
R$+			$: $1 $| $&h
')`'ifdef(`LUSER_RELAY', `R$+ $| $*		$: < > $1 $| $2
ifdef(`_PRESERVE_LOCAL_PLUS_DETAIL_', `R< > $+ + $* $| $*	$: < $(user $1 $) > $1 + $2 $| $3
')`'R< > $+ $| $*		$: < $(user $1 $) > $1 $| $2
R< $* < > > $*		$: $2
ifdef(`_PRESERVE_LUSER_HOST_', `R< $* > $+ @ $+ $| $*	$: $>MailerToTriple < $L > $2 < @ $3 >
R< $* > $+ $| + $* @ $+	$: $>MailerToTriple < $L > $2 + $3 < @ $4 >
R< $* > $+ $| @ $+	$: $>MailerToTriple < $L > $2 < @ $3 >
R< $* > $+ $| + $*	$: $>HubTriple < $L > $2 + $3
R< $* > $+ $| $+	$: $>MailerToTriple < $L > $2 < @ $3 >
R< $* > $+ $|		$: $>HubTriple < $L > $2
', `R< $* > $+ $| $*	$: $>HubTriple < $L > $2 $3
')')`'ifdef(`_HUB_NAME_', `R$+ $| + $*		$: $>HubTriple < _HUB_NAME_ > $1 + $2
R$+ $| $*		$: $>HubTriple < _HUB_NAME_ > $1
')`'R$+ $| + $*		$#_LOCAL_ $@ $2 $: @ $1
R$+ $| $*		$: $1

ifdef(`_VIRTUSER_TABLE_', `# VirtUser: user < @ host . > looked up most special key first
SVirtUser
R$+ < @ $+ . >		$: < $(virtuser $1 @ $2 $@ $1 $: ? $) > $1 < @ $2 . >
R< ? > $+ + $+ < @ $+ . >	$: < $(virtuser $1 + + @ $3 $@ $1 $@ $2 $@ + $2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser $1 + * @ $3 $@ $1 $@ $2 $@ + $2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser $1 @ $3 $@ $1 $@ $2 $@ + $2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $+ < @ $+ . >	$: < $(virtuser + + @ $3 $@ $1 $@ $2 $@ + $2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser + * @ $3 $@ $1 $@ $2 $@ + $2 $: ? $) > $1 + $2 < @ $3 . >
R< ? > $+ + $* < @ $+ . >	$: < $(virtuser @ $3 $@ $1 $@ $2 $@ + $2 $: ! $) > $1 + $2 < @ $3 . >
R< ? > $+ < @ $+ . >	$: < $(virtuser @ $2 $@ $1 $: ! $) > $1 < @ $2 . >
R< ! > $*		$@ $1
R< error : $- . $- . $- : $+ > $*	$#error $@ $1.$2.$3 $: $4
R< error : $- $+ > $*	$#error $@ $(dequote $1 $) $: $2
R< $+ > $*		$@ $>Recurse $1
')
ifdef(`_MAILER_TABLE_', `# Mailertable: < host > address; parents of host, then the key "."
SMailertable=90
R< $+ > $*		$: < . $1 > < > $2
R< . $- . $+ > < $* > $*	< $(mailertable . $2 $@ $3 $1 $: . $2 $) > < $3 $1 . > $4
R< . $* > < $* > $*	$: < $(mailertable . $@ $2 $1 $: $) > < > $3
R< $* > < $* > $*	$@ $>MailerToTriple < $1 > $3
')
######################  masquerading  ################################################
# < @ *LOCAL* > stands for "a name of this host, not yet chosen"
SMasqHdr=93
ifdef(`_GENERICS_TABLE_', `R$+ < @ *LOCAL* >	$: $>Generics < $1 @ $j > $1 < @ *LOCAL* >
R$+ < @ $=G . >		$: $>Generics < $1 @ $2 > $1 < @ $2 . >
ifdef(`_GENERICS_ENTIRE_DOMAIN_', `R$+ < @ $+ . $=G . >	$: $>Generics < $1 @ $2 . $3 > $1 < @ $2 . $3 . >
')')`'ifdef(`MASQUERADE_NAME', `R$=E < @ *LOCAL* >	$@ $1 < @ $j . >
R$=E < @ $=M . >	$@ $1 < @ $2 . >
ifdef(`_LIMITED_MASQUERADE_', `', `R$=E < @ $=w . >	$@ $1 < @ $2 . >
')`'R$* < @ $=N . > $*	$@ $1 < @ $2 . > $3
R$* < @ ifdef(`_MASQUERADE_ENTIRE_DOMAIN_', `$* ')$=M . > $*	$: $1 < @ $M . > ifdef(`_MASQUERADE_ENTIRE_DOMAIN_', `$4', `$3')
ifdef(`_LIMITED_MASQUERADE_', `', `R$* < @ $=w . > $*	$: $1 < @ $M . > $3
')`'R$* < @ *LOCAL* > $*	$@ $1 < @ $M . > $2
', `R$* < @ *LOCAL* > $*	$@ $1 < @ $j . > $2
')
SMasqEnv=94
ifdef(`_MASQUERADE_ENVELOPE_', `R$+			$@ $>MasqHdr $1', `R$* < @ *LOCAL* > $*	$@ $1 < @ $j . > $2')

ifdef(`_GENERICS_TABLE_', `# Generics: < user @ host > canonical form
SGenerics
R< $+ @ $+ > $*		$: < $(generics $1 @ $2 $: ? $) > < $1 @ $2 > $3
R< ? > < $+ + $* @ $+ > $*	$: < $(generics $1 + * @ $3 $@ $2 $: ? $) > < $1 + $2 @ $3 > $4
R< ? > < $+ + $* @ $+ > $*	$: < $(generics $1 @ $3 $: ? $) > < $1 + $2 @ $3 > $4
R< ? > < $+ @ $+ > $* < @ $+ . >	$: < $(generics @ $2 $@ $1 $: ? $) > < $1 @ $2 > $3 < @ $4 . >
R< ? > < $+ + $* @ $+ > $*	$: < $(generics $1 + $2 $: ? $) > < $1 + $2 @ $3 > $4
R< ? > < $+ + $* @ $+ > $*	$: < $(generics $1 + * $@ $2 $: ? $) > < $1 + $2 @ $3 > $4
R< ? > < $+ + $* @ $+ > $*	$: < $(generics $1 $: ! $) > < $1 + $2 @ $3 > $4
R< ? > < $+ @ $+ > $*	$: < $(generics $1 $: ! $) > < $1 @ $2 > $3
R< ! > < $* > $*	$@ $2
R< $* @ $* > < $* > $*	$@ $>canonify $1 @ $2
R< $+ > < $* > $*	$@ $1 < @ *LOCAL* >
')
SLocal_localaddr
ifdef(`_MSP_', `define(`_FULL_ADDR_', 1)')ifdef(`_DELAY_CHECKS_', `define(`_FULL_ADDR_', 1)')dnl
ifdef(`_FULL_ADDR_', `SFullAddr
R$* < @ $+ . >		$@ $1 < @ $2 >
R$* < @ $+ >		$@ $1 < @ $2 >
R$*			$@ $1 < @ $j >
')dnl
# CanonLocal, CanonAddr, ParseRecipient: building blocks of the checks
SCanonLocal
R$* < @ localhost > $*	$: $1 < @ $j . > $2
R$* < @ localhost . $m > $*	$: $1 < @ $j . > $2
SCanonAddr
R$*			$: $>Parse0 $>canonify $1
# HubTriple: like MailerToTriple for an address without host
ifdef(`_LDAP_ROUTING_', `# LDAPRoute: canonical address; what the directory says of it
SLDAPRoute
R$+ < @ $={LDAPRoute} . >	$@ $>LDAPExpand < $1 < @ $2 . > > < $1 @ $2 > < >
R$+ < @ $={LDAPRouteEquiv} . >	$@ $>LDAPExpand < $1 < @ $2 . > > < $1 @ $2 > < >
# LDAPExpand: < address > < key > < detail that is not in the key >; while working
# < routing address > < mail host > < address > < key > < detail >
SLDAPExpand
R< $+ > < $+ > < $* >	$: < $(ldapmra $2 $: $) > < $(ldapmh $2 $: $) > < $1 > < $2 > < $3 >
R< $* < TMPF > > < $* > < $+ < @ $+ > > $*	$: < TMPF > < $3 < @ $4 > >
R< $* > < $* < TMPF > > < $+ < @ $+ > > $*	$: < TMPF > < $3 < @ $4 > >
ifdef(`_LDAP_TEMPFAIL_', `R< TMPF > < $+ >	$: < TMPF > < $&{addr_type} > < $&{opMode} > < $1 >
R< TMPF > < $* s > < $* > < $+ >	$@ $3
R< TMPF > < $* > < $={SMTPOpModes} > $*	$#error $@ 4.3.0 $: _TMPFMSG_
R< TMPF > < $* > < $* > < $+ >	$@ $3
', `R< TMPF > < $+ >	$@ $1
')`'R< > < $=w > < $+ > < $* > < $* >	$@ $2
R< $+ > < $=w > $*	$: < $1 > < > $3
ifelse(ifdef(`_LDAP_DETAIL_', `_LDAP_DETAIL_'), `preserve', `R< $+ @ $+ > < $* > < $+ > < $+ > < + $* >	$: < $1 + $6 @ $2 > < $3 > < $4 > < $5 > < >
')`'R< $+ > < > < $+ > < $+ > < $* >	$@ $>canonify $1
R< > < $+ > < $+ > < $+ > < $* >	$: < $1 > $2
R< $+ > < $+ > < $+ > < $+ > < $* >	$: < $2 > $>canonify $1
R< > < > $*		$@ $>LDAPMiss $1
R< $+ > $+		$: < $1 > $| ifdef(`_MAILER_TABLE_', `$>LDAPHost < $1 > $2', `$2')
R< $+ > $| $#$*	$#$2
R< $+ > $| $*	ifdef(`_MAILER_TABLE_', `$@ $>MailerToTriple < $1 > $2', `$#_RELAY_ $@ $1 $: $2')
ifdef(`_MAILER_TABLE_', `SLDAPHost
R< $+ > $+		$: < $(mailertable $1 $: < $1 > $) > $2
R< < $+ > > $*		$@ $>Mailertable < $1 > $2
R< $+ > $*		$@ $>MailerToTriple < $1 > $2
')dnl
# LDAPMiss: < address > < key > < detail > that is not there: a key that is less special, or the end
SLDAPMiss
ifdef(`_LDAP_DETAIL_', `R< $+ > < $+ + $* @ $+ > < >	$@ $>LDAPExpand < $1 > < $2 @ $4 > < + $3 >
')`'ifdef(`MASQUERADE_NAME', `R< $+ < @ $={LDAPRouteEquiv} . > > < $+ @ $={LDAPRouteEquiv} > < $* >	$@ $>LDAPExpand < $1 < @ $2 . > > < $1 @ $M > < >
')`'ifdef(`_LDAP_NODOMAIN_', `', `R< $+ > < $+ @ $+ > < $* >	$@ $>LDAPExpand < $1 > < @ $3 > < $4 >
')`'R< $+ > < $* > < $* >	$: < $1 >
`'ifdef(`_LDAP_BOUNCE_', `R< $+ >			$: < $&{addr_type} > $1
R< ifelse(_LDAP_BOUNCE_, `sendertoo', `h', `$*') s > $+	$@ ifelse(_LDAP_BOUNCE_, `sendertoo', `$1', `$2')
R$*			$#error $@ nouser $: "550 User unknown"
', `R< $+ >			$@ $1
')')dnl
SHubTriple
R< > $+			$@ $1
R< local : $* > $+	$@ $>LocalTriple < $1 > $2
R< $- : $+ > $+		$: $>MailerToTriple < $1 : $2 > $3 < @ $2 >
R< $+ > $+		$: $>MailerToTriple < $1 > $2 < @ $1 >

