divert(-1)
dnl HACK(debian_auth): AUTH as a smarthost's client, and trusted users may give any AUTH= sender
define(`confDEF_AUTH_INFO', `MAIL_SETTINGS_DIR`'default-auth-info')
define(`confTRUSTED_USERS', ifdef(`confTRUSTED_USERS', `defn(`confTRUSTED_USERS')` '')`sendmail')
LOCAL_RULESETS
SLocal_trust_auth
R$*			$: $&{auth_authen}
R$=t			$#ok
