divert(-1)
define(`confEBINDIR', `/usr/lib')
