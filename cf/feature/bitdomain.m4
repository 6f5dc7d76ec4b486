divert(-1)
define(`_BITDOMAIN_TABLE_', 1)
PUSHDIVERT(6)Kbitdomain _MAP_SPEC(defn(`_ARG_'), `bitdomain', `bitdomain')
POPDIVERT
