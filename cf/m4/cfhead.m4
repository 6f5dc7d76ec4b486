divert(-1)
dnl The macros that an .mc file, a feature, an ostype or a mailer file calls.  Output goes to
dnl diversions (table in doc/design/cf.md); m4/proto.m4, run at the end of input, prints them
dnl in the right order.
define(`_CF_TREE_LOADED_', 1)
define(`CF_LEVEL', `10')

dnl ---- messages ------------------------------------------------------------------------
define(`_NL_', `
')
dnl _CF_AT_: where we are, if this m4 can tell; in a part, where the .mc file asks for it
define(`_CF_HERE_', `ifdef(`__file__', `ifdef(`__line__', ` (at __file__:__line__)')')')
define(`_CF_AT_', `ifdef(`_CF_CALL_AT_', `_CF_CALL_AT_', `_CF_HERE_')')
define(`_CF_ERROR', `errprint(`*** ERROR: $1'_CF_AT_
)')
define(`_CF_WARN', `errprint(`*** WARNING: $1'_CF_AT_
)')
dnl an error after which the result would be wrong: m4 ends with status 1
define(`_CF_FATAL', `_CF_ERROR(`$1')define(`_CF_BROKEN_', 1)')

dnl ---- helpers for site files ----------------------------------------------------------
define(`PUSHDIVERT', `pushdef(`_DIV_SAVED_', divnum)divert($1)')
define(`POPDIVERT', `divert(_DIV_SAVED_)popdef(`_DIV_SAVED_')')
define(`_DOL', ``$'$1')
define(`_CONCAT', `$1$2$3$4$5$6$7$8$9')
define(`_lower', `translit(`$1', `ABCDEFGHIJKLMNOPQRSTUVWXYZ', `abcdefghijklmnopqrstuvwxyz')')
define(`strcasecmp', `ifelse(lower(`$1'), lower(`$2'), `1', `0')')
dnl _IFSET(name, then, else): name is defined and not empty
define(`_IFSET', `ifdef(`$1', `ifelse(defn(`$1'), `', `$3', `$2')', `$3')')
dnl _DEFAULT(name, value): define unless the .mc did
define(`_DEFAULT', `ifdef(`$1', `', `define(`$1', `$2')')')
dnl _APPEND(name, text)
define(`_APPEND', `define(`$1', ifdef(`$1', `defn(`$1')')`$2')')

dnl ---- parts of a configuration --------------------------------------------------------
define(`_VERSIONID', `ifelse(divnum, -1, `', ``#####  $1  #####'_NL_')')
dnl _CF_PART(directory, name, arguments...)
define(`_SET_ARGS', `define(`_ARG_', `$1')define(`_ARG1_', `$1')define(`_ARG2_',
	`$2')define(`_ARG3_', `$3')define(`_ARG4_', `$4')define(`_ARG5_', `$5')define(`_ARG6_',
	`$6')define(`_ARG7_', `$7')define(`_ARG8_', `$8')define(`_ARG9_', `$9')define(`_ARGS_', `$@')')
define(`_CF_PART', `PUSHDIVERT(-1)pushdef(`_CF_CALL_AT_', _CF_AT_)_SET_ARGS(shift(shift($@)))include(_CF_DIR_`'$1/$2.m4)popdef(`_CF_CALL_AT_')POPDIVERT`'')
define(`_OSTYPE', `PUSHDIVERT(-1)ifdef(`__OSTYPE__',
	`_CF_ERROR(`OSTYPE($1): the system type is already set to 'defn(`__OSTYPE__'))',
	`define(`__OSTYPE__', `$1')')ifdef(`_MAILERS_SEEN_',
	`_CF_FATAL(`OSTYPE($1) must come before MAILER()')')POPDIVERT`'_CF_PART(`ostype', $@)')
define(`_DOMAIN', `_CF_PART(`domain', $@)')
define(`_HACK', `_CF_PART(`hack', $@)')
define(`_FEATURE', `PUSHDIVERT(-1)ifdef(`_MAILERS_SEEN_',
	`_CF_ERROR(`FEATURE() should be before MAILER()')')POPDIVERT`'_CF_PART(`feature', $@)')
define(`_MAILER', `PUSHDIVERT(-1)define(`_MAILERS_SEEN_', 1)ifdef(`_MAILER_$1_',
	`_CF_ERROR(`MAILER($1) already included')POPDIVERT`'',
	`ifdef(`__OSTYPE__', `', `_CF_NEED_OSTYPE`'')define(`_MAILER_$1_',
		`ifelse(`$2', `', `$1', `$2')')POPDIVERT`'_CF_PART(`mailer', $@)')')
define(`_CF_NEED_OSTYPE', `_CF_FATAL(`no system type defined (use OSTYPE before MAILER)')define(`__OSTYPE__', `')')
define(`_MUST_HAVE_MAILER', `ifdef(`_MAILER_$1_', `', `_CF_FATAL(`MAILER($1) must come before MAILER($2)')')')

dnl ---- places for raw text -------------------------------------------------------------
define(`LOCAL_NET_CONFIG', `define(`_LOCAL_NET_RULES_', 1)divert(1)')
define(`LOCAL_RULE_3', `define(`_LOCAL_RULE_3_', 1)divert(2)')
define(`LOCAL_RULE_0', `define(`_LOCAL_RULE_0_', 1)divert(3)')
define(`LOCAL_UUCP', `divert(4)')
define(`LOCAL_CONFIG', `divert(6)')
define(`MAILER_DEFINITIONS', `divert(7)')
define(`LOCAL_DNSBL', `divert(8)')
define(`LOCAL_RULESETS', `divert(9)')
define(`LOCAL_RULE_1', `divert(9)
Ssender=1')
define(`LOCAL_RULE_2', `divert(9)
Srecipient=2')
define(`_LOCAL_HOOK', `define(`_LOCAL_$1_', 1)ifdef(`_MAILERS_SEEN_', `',
	`_CF_WARN(`LOCAL_$1 should be used after MAILER()')')divert(9)
SLocal_$2')
define(`LOCAL_SRV_FEATURES', `_LOCAL_HOOK(`SRV_FEATURES', `srv_features')')
define(`LOCAL_CLT_FEATURES', `_LOCAL_HOOK(`CLT_FEATURES', `clt_features')')
define(`LOCAL_TRY_TLS', `_LOCAL_HOOK(`TRY_TLS', `try_tls')')
define(`LOCAL_TLS_RCPT', `_LOCAL_HOOK(`TLS_RCPT', `tls_rcpt')')
define(`LOCAL_TLS_CLIENT', `_LOCAL_HOOK(`TLS_CLIENT', `tls_client')')
define(`LOCAL_TLS_SERVER', `_LOCAL_HOOK(`TLS_SERVER', `tls_server')')

dnl ---- classes -------------------------------------------------------------------------
define(`_TO_CLASS', `PUSHDIVERT(5)C{$1}$2
POPDIVERT`'')
define(`_FILE_TO_CLASS', `PUSHDIVERT(5)F{$1}$2
POPDIVERT`'')
define(`MASQUERADE_AS', `define(`MASQUERADE_NAME', `$1')')
define(`MASQUERADE_DOMAIN', `_TO_CLASS(`M', `$1')')
define(`MASQUERADE_DOMAIN_FILE', `_FILE_TO_CLASS(`M', `$1')')
define(`MASQUERADE_EXCEPTION', `_TO_CLASS(`N', `$1')')
define(`MASQUERADE_EXCEPTION_FILE', `_FILE_TO_CLASS(`N', `$1')')
define(`EXPOSED_USER', `_TO_CLASS(`E', `$1')')
define(`EXPOSED_USER_FILE', `_FILE_TO_CLASS(`E', `$1')')
define(`LOCAL_USER', `_TO_CLASS(`L', `$1')')
define(`LOCAL_USER_FILE', `_FILE_TO_CLASS(`L', `$1')')
define(`LOCAL_DOMAIN', `_TO_CLASS(`w', `$1')')
define(`CANONIFY_DOMAIN', `define(`_CANONIFY_DOMAINS_', 1)_TO_CLASS(`Canonify', `$1')')
define(`CANONIFY_DOMAIN_FILE', `define(`_CANONIFY_DOMAINS_', 1)_FILE_TO_CLASS(`Canonify', `$1')')
define(`GENERICS_DOMAIN', `_TO_CLASS(`G', `$1')')
define(`GENERICS_DOMAIN_FILE', `_FILE_TO_CLASS(`G', `$1')')
define(`VIRTUSER_DOMAIN', `define(`_VIRTHOSTS_', 1)_TO_CLASS(`VirtHost', `$1')')
define(`VIRTUSER_DOMAIN_FILE', `define(`_VIRTHOSTS_', 1)_FILE_TO_CLASS(`VirtHost', `$1')')
define(`RELAY_DOMAIN', `_TO_CLASS(`R', `$1')')
define(`RELAY_DOMAIN_FILE', `_FILE_TO_CLASS(`R', `$1')')
define(`LDAPROUTE_DOMAIN', `define(`_LDAPROUTE_DOMAINS_', 1)_TO_CLASS(`LDAPRoute', `$1')')
define(`LDAPROUTE_DOMAIN_FILE', `define(`_LDAPROUTE_DOMAINS_', 1)_FILE_TO_CLASS(`LDAPRoute', `$1')')
define(`LDAPROUTE_EQUIVALENT', `define(`_LDAPROUTE_EQUIV_', 1)_TO_CLASS(`LDAPRouteEquiv', `$1')')
define(`LDAPROUTE_EQUIVALENT_FILE', `define(`_LDAPROUTE_EQUIV_', 1)_FILE_TO_CLASS(`LDAPRouteEquiv', `$1')')
define(`TRUST_AUTH_MECH', `define(`_USE_AUTH_', 1)_TO_CLASS(`TrustAuthMech', `$1')')

dnl ---- daemons, filters, queue groups --------------------------------------------------
define(`DAEMON_OPTIONS', `_APPEND(`_DAEMON_LINES_', `O DaemonPortOptions=$*'_NL_)')
define(`CLIENT_OPTIONS', `_APPEND(`_CLIENT_LINES_', `O ClientPortOptions=$*'_NL_)')
define(`_WORDS', ``$*'')
define(`_NAMED_LINE', `ifelse(`$#', 2, ``$1$2'', ``$1$2, '_WORDS(shift(shift($@)))')')
define(`MAIL_FILTER', `_APPEND(`_FILTER_LINES_', _NAMED_LINE(`X', $@)_NL_)')
define(`INPUT_MAIL_FILTER', `MAIL_FILTER($@)define(`confINPUT_MAIL_FILTERS',
	ifdef(`confINPUT_MAIL_FILTERS', `defn(`confINPUT_MAIL_FILTERS')`, '')`$1')')
define(`QUEUE_GROUP', `_APPEND(`_QUEUE_GROUP_LINES_', _NAMED_LINE(`Q', $@)_NL_)')

dnl ---- mailer flags --------------------------------------------------------------------
dnl MODIFY_MAILER_FLAGS(NAME, +flags | -flags | flags): what is added and what is taken away
dnl adds up over several calls; flags without a sign replace all.  _MAILER_FLAGS applies them
dnl when the mailer is declared.
define(`MODIFY_MAILER_FLAGS', `ifelse(substr(`$2', 0, 1), `+', `_APPEND(`_$1_FLAGS_ADDED_', substr(`$2', 1))',
	substr(`$2', 0, 1), `-', `_APPEND(`_$1_FLAGS_TAKEN_', substr(`$2', 1))', `define(`_$1_FLAGS_', `$2')')')
dnl _MAILER_FLAGS(NAME, flags)
define(`_MAILER_FLAGS', `ifdef(`_$1_FLAGS_', `defn(`_$1_FLAGS_')',
	`translit(``$2'', defn(`_$1_FLAGS_TAKEN_'))`'defn(`_$1_FLAGS_ADDED_')')')
dnl _OPTEQ(equate, name): "equate=value," if name is defined
define(`_OPTEQ', `ifdef(`$2', `$1=$2,')')

dnl ---- maps ----------------------------------------------------------------------------
_DEFAULT(`MAIL_SETTINGS_DIR', `/etc/mail/')
_DEFAULT(`DATABASE_MAP_TYPE', `hash')
define(`_LDAP_CLUSTER_FILTER', `(|(sendmailMTACluster=${sendmailMTACluster})(sendmailMTAHost=$j))')
dnl _LDAP_MAP(sendmailMTAMapName): the built-in LDAP schema of a map
define(`_LDAP_MAP', `ldap $2`'-1 -v sendmailMTAMapValue,sendmailMTAMapSearch:FILTER:sendmailMTAMapObject,sendmailMTAMapURL:URL:sendmailMTAMapObject -k (&(objectClass=sendmailMTAMapObject)(|(sendmailMTACluster=${sendmailMTACluster})(sendmailMTAHost=$j))(sendmailMTAMapName=$1)(sendmailMTAKey=%0))')
dnl _MAP_SPEC(argument, default file, LDAP name, flags of the default)
define(`_MAP_SPEC', `ifelse(`$1', `', `DATABASE_MAP_TYPE $4`'MAIL_SETTINGS_DIR`'$2', `$1', `LDAP', `_LDAP_MAP(`$3', `$4')', `$1')')
dnl _WITH_TEMP(map): the access map needs the flag -T<TMPF>; put it behind the class if missing
define(`_WITH_TEMP', `ifelse(index(`$1', `-T'), -1, `_SPLICE_TEMP(`$1', index(`$1', ` '))', `$1')')
define(`_SPLICE_TEMP', `substr(`$1', 0, $2) -T<TMPF> substr(`$1', $2)')
dnl _SET_IF_ARG(word, name): define name if word is among the arguments of this feature
define(`_SET_IF_ARG', `_SET_IF_AMONG(`$1', `$2', _ARGS_)')
define(`_SET_IF_AMONG', `ifelse($#, 2, `', `ifelse(`$3', `$1', `define(`$2', 1)')ifelse($#, 3, `',
	`_SET_IF_AMONG(`$1', `$2', shift(shift(shift($@))))')')')
dnl _NEED_MACRO_MAP: the map that sets macros from rules
define(`_NEED_MACRO_MAP', `define(`_MACRO_MAP_', 1)')

dnl ---- UUCP site files (obsolete) ------------------------------------------------------
define(`_SITECONFIG', `PUSHDIVERT(5)ifelse(`$3', `U', `DU$2
C{w}$2 $2.UUCP
', `D$3`'$2
')define(`_SITE_CLASS_', `$3')define(`_SITE_$3_', 1)POPDIVERT`'_CF_PART(`siteconfig', `$1')')
define(`_SITE', `_TO_CLASS(_SITE_CLASS_, `$1')')
define(`UUCPSMTP', `PUSHDIVERT(2)define(`_LOCAL_RULE_3_', 1)R DOL(*) < @ $1 .UUCP > DOL(*)	DOL(1) < @ $2 > DOL(2)
POPDIVERT`'')

dnl ---- words -----------------------------------------------------------------------------
dnl Words that may occur in plain text are macros only in front of a parenthesis.
define(`VERSIONID', `ifelse($#, 0, ``VERSIONID'', `_VERSIONID($@)')')
define(`OSTYPE', `ifelse($#, 0, ``OSTYPE'', `_OSTYPE($@)')')
define(`DOMAIN', `ifelse($#, 0, ``DOMAIN'', `_DOMAIN($@)')')
define(`HACK', `ifelse($#, 0, ``HACK'', `_HACK($@)')')
define(`FEATURE', `ifelse($#, 0, ``FEATURE'', `_FEATURE($@)')')
define(`MAILER', `ifelse($#, 0, ``MAILER'', `_MAILER($@)')')
define(`SITE', `ifelse($#, 0, ``SITE'', `_SITE($@)')')
define(`SITECONFIG', `ifelse($#, 0, ``SITECONFIG'', `_SITECONFIG($@)')')
define(`CONCAT', `ifelse($#, 0, ``CONCAT'', `_CONCAT($@)')')
define(`DOL', `ifelse($#, 0, ``DOL'', `_DOL($@)')')
define(`lower', `ifelse($#, 0, ``lower'', `_lower($@)')')

m4wrap(`include(_CF_DIR_`'m4/proto.m4)')
divert(0)dnl
