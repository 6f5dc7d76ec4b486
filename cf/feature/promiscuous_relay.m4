divert(-1)
dnl relays for everybody
_CF_WARN(`FEATURE(promiscuous_relay) makes this host an open relay; never connect it to the Internet')
define(`_PROMISCUOUS_RELAY_', 1)
