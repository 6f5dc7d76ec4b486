divert(-1)
define(`_AUTHINFO_TABLE_', 1)
LOCAL_CONFIG
Kauthinfo _MAP_SPEC(defn(`_ARG_'), `authinfo', `authinfo')
