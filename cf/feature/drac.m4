divert(-1)
dnl FEATURE(drac[, map]): addresses that have just read their mail may relay
define(`_DRAC_', 1)
LOCAL_CONFIG
Kdrac _MAP_SPEC(defn(`_ARG_'), `drac', `drac')
