divert(-1)
dnl FEATURE(sts[, socket map]): MTA-STS (RFC 8461). The map answers for a recipient's domain
dnl   secure match=HOST[:HOST...] servername=hostname      HOST: a name, or .domain: one label in it
dnl and has -T<TMPF>; FEATURE(access_db) gives the rulesets of TLS.
define(`_STS_', 1)
define(`_TLS_CLASSES_', 1)
_NEED_MACRO_MAP
LOCAL_CONFIG
O StrictTransportSecurity=true
O SetCertAltnames=true
Kstsmatch regex -a: -s1 match=([^ ;]+)
Kstsonly regex -s1 ^(.*)\.servername=
Ksts ifelse(_ARG_, `', `socket -d5 -T<TMPF> inet:5461@127.0.0.1', `_ARG_')
divert(-1)
