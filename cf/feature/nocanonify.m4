divert(-1)
define(`_NO_CANONIFY_', ifelse(_ARG_, `', `1', _ARG_))
