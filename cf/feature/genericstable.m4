divert(-1)
define(`_GENERICS_TABLE_', 1)
PUSHDIVERT(6)Kgenerics _MAP_SPEC(defn(`_ARG_'), `genericstable', `generics')
POPDIVERT
