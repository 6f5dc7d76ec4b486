divert(-1)
define(`_NO_MSA_', 1)
