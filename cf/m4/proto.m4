divert(-1)
dnl Runs after the last line of input: prints the configuration in its final order.
ifdef(`__OSTYPE__', `', `_CF_FATAL(`no system type defined (use OSTYPE)')')
ifdef(`_MAILER_local_', `', `MAILER(`local')')
_DEFAULT(`confMAILER_NAME', `MAILER-DAEMON')
_DEFAULT(`confCW_FILE', `MAIL_SETTINGS_DIR`'local-host-names')
_DEFAULT(`confCT_FILE', `MAIL_SETTINGS_DIR`'trusted-users')
_DEFAULT(`confCR_FILE', `-o MAIL_SETTINGS_DIR`'relay-domains')
_DEFAULT(`confSMTP_MAILER', `esmtp')
_DEFAULT(`confUUCP_MAILER', `uucp-old')
_DEFAULT(`confLOCAL_MAILER', `local')
_DEFAULT(`confRELAY_MAILER', `relay')
_DEFAULT(`HELP_FILE', `MAIL_SETTINGS_DIR`'helpfile')
_DEFAULT(`QUEUE_DIR', `/var/spool/mqueue')
ifdef(`_NO_ALIASES_', `', `_DEFAULT(`ALIAS_FILE', `MAIL_SETTINGS_DIR`'aliases')')
_DEFAULT(`confFROM_HEADER', `$?x$x <$g>$|$g$.')
_DEFAULT(`confMESSAGEID_HEADER', `<$t.$i@$j>')
dnl names that make the rules shorter to write
define(`_ESMTP_', `confSMTP_MAILER')
define(`_LOCAL_', `confLOCAL_MAILER')
define(`_RELAY_', `confRELAY_MAILER')
define(`_UUCP_', `confUUCP_MAILER')
dnl reply texts; a D.S.N in front of the text is moved to where it belongs
_DEFAULT(`_CODE553', `553')
define(`_RCPTREJ_', ifdef(`confRCPTREJ_MSG', `confRCPTREJ_MSG', ``"550 Mailbox disabled for this recipient"''))
define(`_TMPFMSG_', ``"451 Temporary system failure. Please try again later."'')
define(`_TLS_DSN_', ifdef(`TLS_PERM_ERR', `5.7.0', `4.7.0'))
define(`_TLS_CODE_', ifdef(`TLS_PERM_ERR', `554', `454'))
define(`_DELAYED_', ifdef(`_DELAY_CHECKS_', `', `_'))
dnl look-up rulesets by letter, as SearchList may call them
define(`_SRC_CLASS_', `E F D U ifdef(`_SEARCH_ADDRESSES_', `A')')
dnl limits: in the check of the client, or before it when that is delayed
define(`_LIMIT_PLACE', `ifdef(`_$1_CONTROL_', `ifelse(_$1_CONTROL_`'ifdef(`_DELAY_CHECKS_', 1), `nodelay1',
	`define(`_$1_AT_ONCE_', 1)define(`_LIMITS_AT_ONCE_', 1)', `define(`_$1_IN_CHECK_', 1)')')')
_LIMIT_PLACE(`RATE')_LIMIT_PLACE(`CONN')
ifdef(`_COMPAT_CHECK_', `ifdef(`_ACCESS_TABLE_', `', `_CF_ERROR(`FEATURE(compat_check) needs FEATURE(access_db)')')')
dnl where unknown and known local users go: the hub before the relay
ifdef(`MAIL_HUB', `define(`_HUB_NAME_', `$H')', `ifdef(`LOCAL_RELAY', `define(`_HUB_NAME_', `$R')')')
ifdef(`_NO_UUCP_SYNTAX_', `', `define(`_USE_UUCP_SYNTAX_', 1)')
ifdef(`DECNET_RELAY', `define(`_USE_DECNET_SYNTAX_', 1)')
define(`_OPTION_EARLY', `ifdef(`$2', `O $1=$2', ``#O $1=$3'')')
dnl the Received header; each part may be redefined
_DEFAULT(`_REC_HDR_', `$?sfrom $s $.$?_($?s$|from $.$_)')
_DEFAULT(`_REC_AUTH_', `$.$?{auth_type}(authenticated')
_DEFAULT(`_REC_FULL_AUTH_', `$?{auth_ssf} bits=${auth_ssf}$.)')
_DEFAULT(`_REC_BY_', `$.by $j ($v/$Z)$?r with $r$. id $i$?{tls_version}')
_DEFAULT(`_REC_TLS_', `(version=${tls_version} cipher=${cipher} bits=${cipher_bits} verify=${verify})$.$?u')
_DEFAULT(`_REC_END_', `for $u; $|;
	$.$b')
define(`_RECEIVED_', `_REC_HDR_
	_REC_AUTH_`'_REC_FULL_AUTH_
	_REC_BY_
	_REC_TLS_
	_REC_END_')
dnl relays for pseudo-domains exist if they name something
define(`_PSEUDO', `_IFSET(`$1', `D$2`'$1
CP$3
')')
divert(0)dnl
V`'CF_LEVEL/Berkeley

######################  file safety and directory defaults  ##########################
_OPTION_EARLY(`DontBlameSendmail', `confDONT_BLAME_SENDMAIL', `safe')
_OPTION_EARLY(`LDAPDefaultSpec', `confLDAP_DEFAULT_SPEC', `-h localhost')

######################  who we are, who we relay to  #################################
Cwlocalhost
ifdef(`_USE_CW_FILE_', `Fw`'confCW_FILE
')`'ifdef(`confDOMAIN_NAME', `Dj`'confDOMAIN_NAME', `# j is found at start-up')
ifdef(`confLDAP_CLUSTER', `D{sendmailMTACluster}`'confLDAP_CLUSTER
')`'CP.
_PSEUDO(`UUCP_RELAY', `Y', `UUCP')_PSEUDO(`BITNET_RELAY', `B', `BITNET')dnl
_PSEUDO(`DECNET_RELAY', `C', `DECNET')_PSEUDO(`FAX_RELAY', `F', `FAX')dnl
DS`'ifdef(`SMART_HOST', `SMART_HOST')
ifdef(`LUSER_RELAY', `Kuser user -m -a<>
DL`'LUSER_RELAY
')`'ifdef(`LOCAL_RELAY', `DR`'LOCAL_RELAY
')`'ifdef(`MAIL_HUB', `DH`'MAIL_HUB
')`'ifdef(`MASQUERADE_NAME', `DM`'MASQUERADE_NAME
')`'Dn`'confMAILER_NAME
CO @ ifdef(`_NO_PERCENTHACK_', `', `% ')`'ifdef(`_NO_UUCP_', `', `!')
C..
C[[

######################  classes and maps  ############################################
Kdequote dequote`'ifdef(`confDEQUOTE_OPTS', ` confDEQUOTE_OPTS')
Karith arith
C{ResOk}OKR
ifdef(`_ACCEPT_UNRESOLVABLE_DOMAINS_', `', `Kresolve host -a<OKR> -T<TEMP>
')`'FR`'confCR_FILE
ifdef(`_ACCESS_TABLE_', `C{Accept}OK RELAY
C{Src}_SRC_CLASS_
_NEED_MACRO_MAP`'define(`_TLS_CLASSES_', 1)')`'ifdef(`_TLS_CLASSES_', `C{Tls}VERIFY ENCR
C{TlsVerified}OK TRUSTED
')`'ifelse(ifdef(`_SPAM_TAGS_', 1)ifdef(`_BLOCKLIST_RCPT_', 1), 11, `C{SpamTag}SPAMFRIEND SPAMHATER
')`'ifdef(`_MACRO_MAP_', `Kmacro macro
')`'undivert(5)dnl
ifdef(`_VIRTHOSTS_', `CR$={VirtHost}
')`'dnl
undivert(6)dnl
include(_CF_DIR_`'m4/version.m4)

######################  options  #####################################################
include(_CF_DIR_`'m4/options.m4)
######################  precedences, trusted users, headers  #########################
Pfirst-class=0
Pspecial-delivery=100
Plist=-30
Pbulk=-60
Pjunk=-100
ifdef(`_USE_CT_FILE_', `Ft`'confCT_FILE
')`'Troot
Tdaemon
ifdef(`_NO_UUCP_', `', `Tuucp
')`'ifdef(`confTRUSTED_USERS', `T`'confTRUSTED_USERS
')`'H?P?Return-Path: <$g>
HReceived: ifdef(`confRECEIVED_HEADER', `confRECEIVED_HEADER', `_RECEIVED_')
H?D?Resent-Date: $a
H?D?Date: $a
H?F?Resent-From: confFROM_HEADER
H?F?From: confFROM_HEADER
H?x?Full-Name: $x
H?M?Resent-Message-Id: confMESSAGEID_HEADER
H?M?Message-Id: confMESSAGEID_HEADER

include(_CF_DIR_`'m4/address.m4)
include(_CF_DIR_`'m4/access.m4)
include(_CF_DIR_`'m4/tls.m4)
######################  local rulesets  ##############################################
undivert(9)dnl
ifdef(`_FILTER_LINES_', `
######################  mail filters  ################################################
_FILTER_LINES_`'')dnl

######################  mailers  #####################################################
undivert(7)dnl
divert(-1)
ifdef(`_CF_BROKEN_', `m4exit(1)')
divert(0)dnl
