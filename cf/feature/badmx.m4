divert(-1)
dnl FEATURE(badmx[, pattern]): sender domains whose MX hosts have an address that matches
define(`_BADMX_', 1)
LOCAL_CONFIG
Kmxlist bestmx -z: -T<TEMP>
Kbadmx regex -a<BADMX> ^(([0-9]{1,3}\.){3}[0-9]){0,1}\.$
KdnsA dns -R A -a. -T<TEMP>
KBadMXIP regex -a<BADMXIP> ifelse(_ARG_, `', `^(127\.|10\.|0\.0\.0\.0)', `_ARG_')
LOCAL_RULESETS
# BadMX: user < @ domain >; it comes back with the addresses of the MX hosts, or an error
SBadMX
R$* < @ $+ >		$: $1 < @ $2 > $| $>BadMXHosts < MX > < $2 > < : $(mxlist $2 $: $) : > < : >
R$* $| $#$+		$#$2
# BadMXHosts: < MX > < domain > < : hosts to look at : > < : addresses seen : >
SBadMXHosts
R< MX > < $+ > < : > < $* >	$@ < MX > < $1 > < : > < $2 >
R< MX > < $+ > < : $+ : $* > < $* >	$: < $(badmx $2 $) > < $1 > < $2 > < : $3 > < $4 >
R< $* < BADMX > > < $+ > $*	$#error $@ 5.1.2 $: "550 Illegal MX record for host " $2
R< $* > < $+ > < $+ > < $* > < $* >	$: < $(dnsA $3 $: $) > < $2 > < $4 > < $5 >
R< > < $+ > < $* > < $* >	$@ $>BadMXHosts < MX > < $1 > < $2 > < $3 >
R< $+ > < $+ > < $* > < $* >	$: < $(BadMXIP $1 $) > < $1 > < $2 > < $3 > < $4 >
R< $* < BADMXIP > > < $+ > < $+ > $*	$#error $@ 5.1.2 $: "550 Invalid MX record for host " $3
R< $* > < $+ > < $+ > < $* > < $* >	$@ $>BadMXHosts < MX > < $3 > < $4 > < $5 $2 : >
