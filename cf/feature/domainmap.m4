divert(-1)
dnl FEATURE(domainmap, domain, map): users of one domain in a map of their own
ifelse(_ARG2_, `', `_CF_FATAL(`FEATURE(domainmap) needs a domain and a map')')
define(`_DOMAIN_MAP_NAME_', `domain_'translit(_ARG_, `.-', `__'))
ifdef(`_DOMAIN_MAP_', `', `PUSHDIVERT(6)K domainmap_regex regex -a.:NOTDONE: -s1,2 -d_ (.*)[-\.]([^-\.]*)$
POPDIVERT')
define(`_DOMAIN_MAP_', 1)
LOCAL_CONFIG
C{MappedDomain} _ARG_
K _DOMAIN_MAP_NAME_ _ARG2_ -T<TEMP>
_APPEND(`_DOMAIN_MAP_RULES_', `R$+ < @ '_ARG_`. >	$: < $('_DOMAIN_MAP_NAME_` $1 $: ? $) > $1 < @ '_ARG_`. >
')
