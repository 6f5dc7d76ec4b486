divert(-1)
dnl FEATURE(smrsh[, program])
define(`LOCAL_SHELL_PATH', ifelse(_ARG_, `', `ifdef(`confEBINDIR', `confEBINDIR', `/usr/libexec')/smrsh', `_ARG_'))
_DEFAULT(`LOCAL_SHELL_ARGS', `smrsh -c $u')
