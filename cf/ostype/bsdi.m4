divert(-1)
include(_CF_DIR_`'ostype/bsd4.4.m4)
