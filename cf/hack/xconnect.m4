divert(-1)
dnl HACK(xconnect): ruleset x_connect says which clients the access map allows (XConnect:) to use XCONNECT
ifdef(`_ACCESS_TABLE_', `', `_CF_ERROR(`HACK(xconnect) needs FEATURE(access_db) before it')')
LOCAL_RULESETS
Sx_connect
R$+ $| $+		$: $>D < $1 > < ? > < ! XConnect > < $2 >
R< ? > < $+ >		$: $>A < $1 > < ? > < ! XConnect > < >
R< ? > < $* >		$#no
R< $+ > < $* >		$@ yes
