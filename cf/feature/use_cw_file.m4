divert(-1)
define(`_USE_CW_FILE_', 1)
