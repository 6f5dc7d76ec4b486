divert(-1)
dnl HACK(nodns): a host without the DNS, e.g. one that dials up
define(`confSERVICE_SWITCH_FILE', MAIL_SETTINGS_DIR`service.switch-nodns')
define(`confDONT_PROBE_INTERFACES', `True')
FEATURE(`accept_unresolvable_domains')
