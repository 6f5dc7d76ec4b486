divert(-1)
dnl HACK(spamtrap): a message for an address with To:address POISON in the access map, or that names it
dnl in To:, is refused
ifdef(`_ACCESS_TABLE_', `', `_CF_ERROR(`HACK(spamtrap) needs FEATURE(access_db) before it')')
LOCAL_CONFIG
Kmacro macro
HTo: $>CheckTo
LOCAL_RULESETS
SLocal_check_rcpt
R$*			$: $1 $| $1
R$* $| < $* >		$: $1 $| $2
R$* $| $*		$: $1 $| $>SearchList < ! To > $| < E : $2 > < >
R$* $| < POISON >	$: $1 $(macro {PoisonRecipient} $@ POISON $)
R$* $| $*		$: $1

SCheckTo
R$*			$: $1 $| $>SearchList < ! To > $| < E : $1 > < >
R$* $| < POISON >	$#error $@ 5.7.1 $: 550 Mail sent by spamware is not accepted here
R$* $| $*		$: $1

# the trap holds for one message of a session
Scheck_eoh
R$*			$: $&{PoisonRecipient} $(macro {PoisonRecipient} $)
R POISON		$#error $@ 5.7.1 $: 550 Mail sent to spam lists is not accepted here
