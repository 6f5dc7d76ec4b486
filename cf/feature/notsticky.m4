divert(-1)
dnl the default: nothing to do
