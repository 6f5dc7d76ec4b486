divert(-1)
dnl FEATURE(bestmx_is_local[, domains])
define(`_BESTMX_IS_LOCAL_', _ARG_)
LOCAL_CONFIG
Kbestmx bestmx
ifelse(_ARG_, `', `', `CB`'_ARG_
')
