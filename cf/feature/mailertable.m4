divert(-1)
define(`_MAILER_TABLE_', 1)
PUSHDIVERT(6)Kmailertable _MAP_SPEC(defn(`_ARG_'), `mailertable', `mailer')
POPDIVERT
