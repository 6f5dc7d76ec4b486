######################  AUTH  ########################################################
SLocal_trust_auth
Strust_auth
R$*			$: $&{auth_type} $| $1
R$@ $| $*		$#error $@ 5.7.1 $: "550 not authenticated"
R$* $| $*		$: $2 $| $>Local_trust_auth $2
R$* $| $#$*		$#$2
R< $* > $| $*		$: $1 $| $2
R$* $| $*		$: $1
R$&{auth_authen}	$@ identical
R< $&{auth_authen} >	$@ identical
R$*			$#error $@ 5.7.1 $: "550 " $&{auth_authen} " not allowed to act as " $&{auth_author}
SLocal_Relay_Auth

######################  TLS  #########################################################
# srv_features, clt_features, try_tls: by name, by address, by bare tag
Ssrv_features
ifdef(`_LOCAL_SRV_FEATURES_', `R$*			$: $1 $| $>Local_srv_features $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')`'ifdef(`_ACCESS_TABLE_', `R$*			$: $>PeerValue < Srv_Features > < $&{client_name} > < $&{client_addr} >
R< ? >			$@ OK
R< $* < TMPF > >	$#temp
R< $+ >			$# $1
')
Sclt_features
ifdef(`_LOCAL_CLT_FEATURES_', `R$*			$: $1 $| $>Local_clt_features $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')`'ifdef(`_ACCESS_TABLE_', `R$*			$: $>PeerValue < Clt_Features > < $&{server_name} > < $&{server_addr} >
R< ? >			$@ OK
R< $* < TMPF > >	$#temp
R< $+ >			$# $1
')
Stry_tls
ifdef(`_LOCAL_TRY_TLS_', `R$*			$: $1 $| $>Local_try_tls $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')`'ifdef(`_ACCESS_TABLE_', `R$*			$: $>PeerValue < Try_TLS > < $&{server_name} > < $&{server_addr} >
R< ? >			$@ OK
R< $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
R< NO >			$#error $@ 5.7.1 $: "550 do not try TLS with " $&{server_name} " ["$&{server_addr}"]"

# PeerValue: < tag > < name > < address >  becomes  < value >  or  < ? >
SPeerValue
R< $- > < $* > < $* >	$: $1 $| $>NamedValue < $1 > < $2 > < $3 >
R$- $| < ? >		$: $1 $| $>E < > < ? > < ! $1 > < >
R$* $| < < TMPF > > $*	$@ < < TMPF > >
R$* $| < $* > $*	$@ < $2 >
# NamedValue: the same without the bare tag
SNamedValue
R< $- > < $* > < $* >	$: $>D < $2 > < ? > < ! $1 > < < $1 > < $3 > >
R< ? > < < $- > < $* > >	$: $>A < $2 > < ? > < ! $1 > < >
R< $* > < $* >		$@ < $1 >
')
# tls_rcpt: requirement for one recipient of the server we talk to
Stls_rcpt
ifdef(`_STS_', `R$*			$: $1 $| $>STS_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')dnl
ifdef(`_ACCESS_TABLE_', `R$*			$: $(macro {TLS_Name} $@ $&{server_name} $) $1
')dnl
ifdef(`_LOCAL_TLS_RCPT_', `R$*			$: $1 $| $>Local_tls_rcpt $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')`'ifdef(`_ACCESS_TABLE_', `R$*			$: $1 $| $>CanonAddr $1
R$* $| $#$*		$@ OK
R$* $| $+ < @ $+ . >	$: $1 $| $2 < @ $3 >
R$* $| $+ < @ $+ >	$: $>SearchList < ! TLS_Rcpt > $| < F : $2 @ $3 > < U : $2 @ > < D : $3 > < E : > < >
R$* $| $+		$: $>SearchList < ! TLS_Rcpt > $| < U : $2 @ > < E : > < >
R< ? >			$@ OK
R< $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
R< $+ >			$@ $>TLS_connection $&{verify} $| < $1 >
')
# tls_client: what a client must offer;  verify $| STARTTLS  or  verify $| MAIL
Stls_client
ifdef(`_ACCESS_TABLE_', `R$*			$: $(macro {TLS_Name} $@ $&{client_name} $) $1
')dnl
ifdef(`_LOCAL_TLS_CLIENT_', `R$* $| $*		$: $1 $| $2 $| $>Local_tls_client $1 $| $2
R$* $| $* $| $#$*	$#$3
R$* $| $* $| $*		$: $1 $| $2
')`'ifdef(`_ACCESS_TABLE_', `R$* $| $*		$: $1 $| $>PeerValue < TLS_Clt > < $&{client_name} > < $&{client_addr} >
R$* $| < $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
R$* $| $*		$@ $>TLS_connection $1 $| $2
', `R$* $| $*		$@ $>TLS_connection $1
')
# tls_server: what a server must offer;  verify
Stls_server
ifdef(`_ACCESS_TABLE_', `R$*			$: $(macro {TLS_Name} $@ $&{server_name} $) $1
')dnl
ifdef(`_ACCESS_TABLE_', `R$* $| $*		$@ $>TLS_connection $1 $| < ? >
')ifdef(`_LOCAL_TLS_SERVER_', `R$*			$: $1 $| $>Local_tls_server $1
R$* $| $#$*		$#$2
R$* $| $*		$: $1
')`'ifdef(`_ACCESS_TABLE_', `R$*			$: $1 $| $>PeerValue < TLS_Srv > < $&{server_name} > < $&{server_addr} >
R$* $| < $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
R$*			$@ $>TLS_connection $1
', `R$*			$@ $>TLS_connection $1
')
STLS_connection
ifdef(`_ACCESS_TABLE_', `R$* $| < $* >		$@ $>TLS_req < $1 > < $2 >
R$* $| $*		$: $1
')dnl
RDANE_FAIL		$#error $@ _TLS_DSN_ $: "_TLS_CODE_ DANE check failed."
RDANE_NOTLS		$#error $@ _TLS_DSN_ $: "_TLS_CODE_ DANE wants TLS, which is not offered."
RSOFTWARE		$#error $@ _TLS_DSN_ $: "_TLS_CODE_ TLS handshake failed."
RPROTOCOL		$#error $@ _TLS_DSN_ $: "_TLS_CODE_ STARTTLS failed."
RCONFIG			$#error $@ _TLS_DSN_ $: "_TLS_CODE_ STARTTLS temporarily not possible."

# TLS_req: < verify > < requirement >; while working
# < verify > < kind : bits > < extensions > < D.S.N : code >
STLS_req
R< SOFTWARE > < ? >	$#error $@ _TLS_DSN_ $: "_TLS_CODE_ TLS handshake failed."
R< PROTOCOL > < ? >	$#error $@ _TLS_DSN_ $: "_TLS_CODE_ STARTTLS failed."
R< CONFIG > < ? >	$#error $@ _TLS_DSN_ $: "_TLS_CODE_ STARTTLS temporarily not possible."
R< DANE_FAIL > < ? >	$#error $@ _TLS_DSN_ $: "_TLS_CODE_ DANE check failed."
R< DANE_NOTLS > < ? >	$#error $@ _TLS_DSN_ $: "_TLS_CODE_ DANE wants TLS, which is not offered."
R< $* > < ? >		$@ OK
ifdef(`_TLS_CLASSES_', `R< $* > < $+ >		$: < $1 > < $2 > < _TLS_DSN_ : _TLS_CODE_ >
R< $* > < PERM + $+ > < $* >	$: < $1 > < $2 > < 5.7.0 : 503 >
R< $* > < TEMP + $+ > < $* >	$: < $1 > < $2 > < 4.7.0 : 403 >
R< $* > < $={Tls} > < $* >	$: $| < $1 > < $2 : 0 > < > < $3 >
R< $* > < $={Tls} : $- > < $* >	$: $| < $1 > < $2 : $3 > < > < $4 >
R< $* > < $={Tls} + $+ > < $* >	$: $| < $1 > < $2 : 0 > < $3 > < $4 >
R< $* > < $={Tls} : $- + $+ > < $* >	$: $| < $1 > < $2 : $3 > < $4 > < $5 >
R< $* > < $+ > < $+ >	$@ $>TLS_req < $1 > < ? >
R$| < SOFTWARE > < $* > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " TLS handshake failed."
R$| < PROTOCOL > < $* > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " STARTTLS failed."
R$| < CONFIG > < $* > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " STARTTLS temporarily not possible."
R$| < $={TlsVerified} > < VERIFY : $- > $*	$: $| < $1 > < ENCR : $2 > $3
R$| < NO > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " not authenticated"
R$| < NOT > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " no authentication requested"
R$| < FAIL > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " authentication failed"
R$| < DANE_FAIL > < $* > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " DANE check failed."
R$| < DANE_NOTLS > < $* > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " DANE wants TLS, which is not offered."
R$| < CLEAR > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " STARTTLS disabled locally"
R$| < NONE > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " other side does not support STARTTLS"
R$| < > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $3 $: $4 " authentication required"
R$| < $* > < VERIFY : $- > < $* > < $+ : $+ >	$#error $@ $4 $: $5 " authentication failure " $3
R$| < $* > < $- : 0 > < $* > < $* >	$@ $>CertNeeds < $3 > < $4 >
R$| < $* > < $- : $- > < $* > < $* >	$: < $3 > < $4 > < $5 > $| $>max $&{cipher_bits} : $&{auth_ssf}
R< $- > < $* > < $* > $| $-	$: < $(arith l $@ $4 $@ $1 $) > < $1 > < $2 > < $3 > $| $4
R< TRUE > < $- > < $* > < $+ : $+ > $| $-	$#error $@ $3 $: $4 " encryption too weak " $5 " less than " $1
R< $- > < $- > < $* > < $* > $| $*	$@ $>CertNeeds < $3 > < $4 >

# CertNeeds: < extension ++ extension ... > < D.S.N : code >
SCertNeeds
R< > < $* >		$@ OK
R< $* + + $* > < $* >	$: < $1 > < $3 > $| $2
R< $* > < $* >		$: < $1 > < $2 > $|
R< CN > < $* > $| $*	$: < CN $&{TLS_Name} > < $1 > $| $2
R< CN $+ > < $* > $| $*	$: < CN : $1 > < $2 > $| $3
R< CN : : $+ > $*	$: < CN : $1 > $2
R< CN : $&{cn_subject} > < $* > $| $*	$@ $>CertNeeds < $2 > < $1 >
R< CN : $* > < $+ : $+ > $| $*	$#error $@ $2 $: $3 " CN " $&{cn_subject} " does not match " $1
R< CS : $&{cert_subject} > < $* > $| $*	$@ $>CertNeeds < $2 > < $1 >
R< CS : $* > < $+ : $+ > $| $*	$#error $@ $2 $: $3 " Cert Subject " $&{cert_subject} " does not match " $1
R< CI : $&{cert_issuer} > < $* > $| $*	$@ $>CertNeeds < $2 > < $1 >
R< CI : $* > < $+ : $+ > $| $*	$#error $@ $2 $: $3 " Cert Issuer " $&{cert_issuer} " does not match " $1
R< CITag : $- > < $* > $| $*	$: < CITag $>E < $&{cert_issuer} > < ? > < ! $1 > < < $2 > $| $3 >
R< CITag < OK > < < $* > $| $* >	$@ $>CertNeeds < $2 > < $1 >
R< CITag < $* > < < $+ : $+ > $| $* >	$#error $@ $2 $: $3 " Cert Issuer " $&{cert_issuer} " not acceptable"
R< $* > < $* > $| $*	$@ $>CertNeeds < $3 > < $2 >
')
ifdef(`_ACCESS_TABLE_', `# max: the larger of  a : b , an empty one counts as absent
Smax
R:			$@ 0
R: $-			$@ $1
R$- :			$@ $1
R$- : $-		$: < $(arith l $@ $1 $@ $2 $) > $1 : $2
R< TRUE > $- : $-	$@ $2
R< $* > $- : $-		$@ $2
')dnl

ifdef(`_STS_', `######################  MTA-STS  #####################################################
# STS_rcpt: recipient; the server must be one that the policy of the domain names, its certificate
# too. That it is verified the program sees to (tls_clt_features says sts=secure).
# DANE decides where it is there; M in clt_features turns this off.
SSTS_rcpt
R$*			$: $&{verify} $| $1
RTRUSTED $| $*		$@ OK
R$* $| $*		$: $2 $| $>clt_features $&{server_name}
R$* $| $# $* M $*	$@ OK
R$* $| $*		$: $>CanonAddr $1
R$* < @ [ $* ] > $*	$@ OK
R$+ < @ $+ . >		$: $1 < @ $2 >
R$+ < @ $+ >		$: $>STS_policy $2
R$#$*			$#$1
R$*			$@ OK
# STS_policy: domain
SSTS_policy
R$+			$: < $(sts $1 $: ? $) >
R< $* < TMPF > >	$#error $@ 4.7.0 $: 450 STS lookup temp fail
R< secure $* >		$: = $(stsonly $1 $: $1 $)
R= $*			$: : $(stsmatch $1 $: $)
R< $* >			$@ OK
R$* : $&{server_name} : $*	$@ $>STS_names $&{server_name}
R$*			$: < $&{server_name} > $1
R< $- . $+ > $*		$: $(macro {stsParent} $@ . $2 $) $3
R< $* > $*		$: $(macro {stsParent} $) $2
R$* : $&{stsParent} : $*	$@ $>STS_names $&{server_name}
R: $* :			$#error $@ 4.7.0 $: 450 $&{server_name} not found in " " $1
R$*			$#error $@ 4.7.0 $: 450 $&{server_name} not found in " "
# STS_names: name of the server; one of those in its certificate, which may begin with a star
SSTS_names
R$={cert_altnames}	$@ STS
R$- . $+		$: * . $2
R$={cert_altnames}	$@ STS
R$*			$#error $@ 4.7.0 $: 450 $&{server_name} not listed in SANs

')`'ifdef(`_TLS_SESSION_FEATURES_', `# per-session TLS options from the access map
Stls_srv_features
ifdef(`_ACCESS_TABLE_', `R$* $| $*		$: $>NamedValue < TLS_Srv_features > < $&{client_name} > < $&{client_addr} >
R< ? >			$@ ""
R< $* < TMPF > >	$#temp
R< $+ >			$@ $1
', `R$* $| $*		$@ ""
')
')dnl
ifdef(`_TLS_SESSION_FEATURES_', `define(`_CLT_TLS_FEATURES_', 1)', `ifdef(`_STS_', `define(`_CLT_TLS_FEATURES_', 1)')')dnl
ifdef(`_CLT_TLS_FEATURES_', `Stls_clt_features
ifdef(`_STS_', `R$* $| $*		$: $1 $| $2 $| $(sts $2 $: $)
R$* $| $* $| secure $* servername=hostname $*	$@ sts=secure ; servername=hostname
R$* $| $* $| $*	$: $1 $| $2
')`'ifdef(`_TLS_SESSION_FEATURES_', `ifdef(`_ACCESS_TABLE_', `R$* $| $*		$: $>NamedValue < TLS_Clt_features > < $&{server_name} > < $&{server_addr} >
R< ? >			$@ ""
R< $* < TMPF > >	$#temp
R< $+ >			$@ $1
')')`'R$*			$@ ""
')
# RelayTLS: $# RELAY if the certificate of the client allows it; an empty name is no name
SRelayTLS
ifdef(`_ACCESS_TABLE_', `R$*			$: $&{verify}
R$={TlsVerified}	$: < $&{cert_issuer} >
R< $+ >			$: < $(access CERTISSUER : $1 $: ? $) >
R< RELAY >		$# RELAY
R< SUBJECT >		$: < + $&{cert_subject} >
R< + $+ >		$: < + $(access CERTSUBJECT : $1 $: ? $) >
R< + RELAY >		$# RELAY
R$*			$@ NO
')
# authinfo: credentials for the server, by name, by address, default
Sauthinfo
ifdef(`_AUTHINFO_TABLE_', `R$*			$: < $(authinfo AuthInfo : $&{server_name} $: ? $) >
R< ? >			$: < $(authinfo AuthInfo : $&{server_addr} $: ? $) >
R< ? >			$: < $(authinfo AuthInfo : $: ? $) >
R< ? >			$@ no
R< $* >			$# $1
', `ifdef(`_ACCESS_TABLE_', `R$*			$: $>PeerValue < AuthInfo > < $&{server_name} > < $&{server_addr} >
R< ? >			$@ no
R< $* < TMPF > >	$#error $@ 4.3.0 $: _TMPFMSG_
R< $* >			$# $1
')')
