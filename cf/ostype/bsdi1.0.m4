divert(-1)
_CF_WARN(`OSTYPE(bsdi1.0) is an old name of OSTYPE(bsdi)')
include(_CF_DIR_`'ostype/bsd4.4.m4)
