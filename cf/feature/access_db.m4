divert(-1)
define(`_ACCESS_TABLE_', 1)
_SET_IF_ARG(`skip', `_ACCESS_SKIP_')
_SET_IF_ARG(`lookupdotdomain', `_LOOKUP_DOT_DOMAIN_')
_SET_IF_ARG(`relaytofulladdress', `_RELAY_FULL_ADDR_')
PUSHDIVERT(6)Kaccess ifelse(defn(`_ARG_'), `', `_MAP_SPEC(`', `access', `access', `-T<TMPF> ')',
	defn(`_ARG_'), `LDAP', `_LDAP_MAP(`access', `-T<TMPF> ')', `_WITH_TEMP(defn(`_ARG_'))')
POPDIVERT
