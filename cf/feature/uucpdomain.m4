divert(-1)
define(`_UUDOMAIN_TABLE_', 1)
PUSHDIVERT(6)Kuudomain _MAP_SPEC(defn(`_ARG_'), `uudomain', `uucpdomain')
POPDIVERT
