divert(-1)
dnl FEATURE(nopercenthack, reject | nospecial)
ifelse(_ARG_, `reject', `define(`_NO_PERCENTHACK_REJECT_', 1)', _ARG_, `nospecial', `',
	`_CF_ERROR(`missing argument for FEATURE(nopercenthack): use reject or nospecial')')
define(`_NO_PERCENTHACK_', 1)
