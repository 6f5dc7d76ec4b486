divert(-1)
dnl SMTP through ssh: the remote side runs its program with -bs
ifdef(`SSH_MAILER_USER', `', `_CF_FATAL(`SSH_MAILER_USER must be defined before MAILER(ssh)')')
ifdef(`SSH_MAILER_DIR', `', `_CF_FATAL(`SSH_MAILER_DIR must be defined before MAILER(ssh)')')
_MUST_HAVE_MAILER(`smtp', `ssh')
_DEFAULT(`SSH_MAILER_PATH', `/usr/bin/ssh')
_DEFAULT(`SSH_MAILER_OPTIONS', `-o BatchMode=yes -o EscapeChar=none ')
_DEFAULT(`SSH_MAILER_ARGS', `ssh SSH_MAILER_OPTIONS -- $h /usr/sbin/sendmail -bs')
divert(7)dnl
Mssh,	P=SSH_MAILER_PATH, F=_MAILER_FLAGS(`SSH', _DEF_SMTP_MAILER_FLAGS), S=EnvFromSMTP/HdrFromSMTP, R=EnvToSMTP`'_SMTP_HDR_TO_, E=\r\n, L=990,
	T=DNS/RFC822/SMTP, U=SSH_MAILER_USER, D=SSH_MAILER_DIR, A=SSH_MAILER_ARGS
divert(-1)
