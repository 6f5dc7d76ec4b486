divert(-1)
dnl FEATURE(delay_checks[, friend | hater[, n]])
define(`_DELAY_CHECKS_', 1)
ifelse(_ARG_, `friend', `define(`_SPAM_FRIEND_', 1)define(`_SPAM_FRIEND_OR_HATER_', 1)',
	_ARG_, `hater', `define(`_SPAM_HATER_', 1)define(`_SPAM_FRIEND_OR_HATER_', 1)',
	_ARG_, `', `', `_CF_ERROR(`FEATURE(delay_checks, 'defn(`_ARG_')`): use friend or hater')')
dnl To: entries SPAMFRIEND and SPAMHATER, from before there was Spam:
ifelse(_ARG2_, `', `define(`_SPAM_TAGS_', 1)')
