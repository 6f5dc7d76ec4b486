divert(-1)
dnl FEATURE(badmx[, pattern]): sender domains whose MX leads nowhere
define(`_BADMX_', 1)
LOCAL_CONFIG
Kmxlist bestmx -z: -T<TEMP>
Kbadmx regex -a<BADMX> ^(([0-9]{1,3}\.){3}[0-9]){0,1}\.$
KdnsA dns -R A -a. -T<TEMP>
KBadMXIP regex -a<BADMXIP> ifelse(_ARG_, `', `^(127\.|10\.|0\.0\.0\.0)', `_ARG_')
LOCAL_RULESETS
# BadMX: domain; OK, or an error if one of its MX hosts is bad
SBadMX
R$+			$: < $(mxlist $1 $: ? $) >
R< $* < TEMP > >	$#error $@ 4.1.2 $: "450 MX list of the sender domain cannot be looked up"
R< ? >			$@ OK
R< $+ >			$@ $>BadMXHosts : $1 :
SBadMXHosts
R: $* < TEMP > :	$@ OK
R$* : :			$@ OK
R:			$@ OK
R: $+ : $*		$: < $(badmx $1 $) > : $2
R< $* < BADMX > > $*	$#error $@ 5.1.2 $: "_CODE553 Illegal MX record for host " $1
R< $+ > $*		$: < $(dnsA $1 $: ? $) > $2
R< $* < TEMP > > $*	$@ OK
R< ? > $*		$@ $>BadMXHosts $1
R< $+ > $*		$: < $(BadMXIP $1 $) > $2
R< $* < BADMXIP > > $*	$#error $@ 5.1.2 $: "_CODE553 Illegal MX record for host " $1
R< $* > $*		$@ $>BadMXHosts $2
