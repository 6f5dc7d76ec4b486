divert(-1)
define(`_RELAY_MX_SERVED_', 1)
LOCAL_CONFIG
Kmxserved bestmx -z: -T<TEMP>
