divert(-1)
dnl hosts of the IBM VNET: user@node.vnet goes to the host in VNET_RELAY
LOCAL_CONFIG
CAvnet.ibm.com vnet rscs ipnet
divert(4)dnl
R$* < @ $+ . $=A . > $*	$#relay $@ ifdef(`VNET_RELAY', `VNET_RELAY') $: $1 < @ $2 .VNET. > $4
divert(-1)
