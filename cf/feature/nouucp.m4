divert(-1)
dnl FEATURE(nouucp, reject | nospecial)
ifelse(_ARG_, `reject', `define(`_NO_UUCP_REJECT_', 1)', _ARG_, `nospecial', `',
	`_CF_ERROR(`missing argument for FEATURE(nouucp): use reject or nospecial')')
define(`_NO_UUCP_', 1)
