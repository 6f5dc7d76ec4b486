divert(-1)
dnl hosts of the IBM VNET: user@node.vnet goes to the host in VNET_RELAY
LOCAL_CONFIG
CAvnet.ibm.com vnet rscs ipnet
LOCAL_RULE_3
R$* < @ $- . $=A > $*	$: $1 < @ $2 .vnet. > $4
divert(4)dnl
R$* < @ $+ .vnet. > $*	$#relay $@ ifdef(`VNET_RELAY', `VNET_RELAY') $: $1 < @ $2 .VNET. > $3
R$* < @ vnet.ibm.com > $*	$#relay $@ vnet.ibm.com $: $1 < @ vnet.ibm.com > $2
R$* < @ $+ .vnet.ibm.com > $*	$#relay $@ $2 .vnet.ibm.com $: $1 < @ $2 .vnet.ibm.com > $3
divert(-1)
