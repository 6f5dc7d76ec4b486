divert(-1)
dnl What Debian's packages find out about the machine when they are set up.
ifdef(`_DEBIAN_AUTOCONF_', `', `define(`_DEBIAN_AUTOCONF_', 1)
dnl the version as one number, for comparisons in site files: 8.18.1 is 0x081201
define(`sm_version_math', eval(0x081201))
define(`confREJECT_NUL', `true')
define(`confBIND_OPTS', `+WorkAroundBrokenAAAA')')
