divert(-1)
dnl FEATURE(ldap_routing[, mail host map[, routing address map[, bounce | sendertoo | passthru[,
dnl     strip | preserve[, nodomain[, tempfail | queue]]]]]])
define(`_LDAP_ROUTING_', 1)
ifelse(_ARG3_, `', `', _ARG3_, `passthru', `', _ARG3_, `sendertoo', `define(`_LDAP_BOUNCE_', `sendertoo')',
	`define(`_LDAP_BOUNCE_', `bounce')')
ifelse(_ARG4_, `', `', _ARG4_, `strip', `define(`_LDAP_DETAIL_', `strip')', _ARG4_, `preserve',
	`define(`_LDAP_DETAIL_', `preserve')',
	`_CF_ERROR(`FEATURE(ldap_routing): the fourth argument is strip or preserve')')
ifelse(_ARG5_, `', `', `define(`_LDAP_NODOMAIN_', 1)')
ifelse(_ARG6_, `', `', _ARG6_, `queue', `', _ARG6_, `tempfail', `define(`_LDAP_TEMPFAIL_', 1)',
	`_CF_ERROR(`FEATURE(ldap_routing): the sixth argument is tempfail or queue')')
LOCAL_CONFIG
Kldapmh ifelse(_ARG_, `', `ldap -1 -T<TMPF> -v mailHost -k (&(objectClass=inetLocalMailRecipient)(mailLocalAddress=%0))', `_ARG_')
Kldapmra ifelse(_ARG2_, `', `ldap -1 -T<TMPF> -v mailRoutingAddress -k (&(objectClass=inetLocalMailRecipient)(mailLocalAddress=%0))', `_ARG2_')
C{SMTPOpModes}s d D
divert(-1)
