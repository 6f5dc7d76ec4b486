divert(-1)
define(`_DOMAIN_TABLE_', 1)
PUSHDIVERT(6)Kdomaintable _MAP_SPEC(defn(`_ARG_'), `domaintable', `domain')
POPDIVERT
