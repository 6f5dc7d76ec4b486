divert(-1)
define(`_VIRTUSER_TABLE_', 1)
PUSHDIVERT(6)Kvirtuser _MAP_SPEC(defn(`_ARG_'), `virtusertable', `virtuser')
POPDIVERT
