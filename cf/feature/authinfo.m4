divert(-1)
define(`_AUTHINFO_TABLE_', 1)
PUSHDIVERT(6)Kauthinfo _MAP_SPEC(_ARG_, `authinfo', `authinfo')
POPDIVERT
