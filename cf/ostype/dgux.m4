divert(-1)
_DEFAULT(`LOCAL_MAILER_FLAGS', `m9')
define(`confEBINDIR', `/usr/lib')
define(`confTIME_ZONE', `USE_TZ')
LOCAL_CONFIG
E_FORCE_MAIL_LOCAL_=yes
