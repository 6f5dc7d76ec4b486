divert(-1)
define(`_PRESERVE_LOCAL_PLUS_DETAIL_', 1)
