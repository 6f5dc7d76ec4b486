divert(-1)
dnl FEATURE(bestmx_is_local[, domains]): mail for a domain is local if we are its best MX
define(`_BESTMX_IS_LOCAL_', ifelse(_ARG_, `', `any', `listed'))
LOCAL_CONFIG
Kbestmx bestmx
ifelse(_ARG_, `', `', `CB`'_ARG_
')
