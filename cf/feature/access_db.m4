divert(-1)
define(`_ACCESS_TABLE_', 1)
_SET_IF_ARG(`skip', `_ACCESS_SKIP_')
_SET_IF_ARG(`lookupdotdomain', `_LOOKUP_DOT_DOMAIN_')
_SET_IF_ARG(`relaytofulladdress', `_RELAY_FULL_ADDR_')
PUSHDIVERT(6)Kaccess _WITH_TEMP(_MAP_SPEC(_ARG_, `access', `access', `-T<TMPF> '))
POPDIVERT
