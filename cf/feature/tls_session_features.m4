divert(-1)
define(`_TLS_SESSION_FEATURES_', 1)
