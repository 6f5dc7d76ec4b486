divert(-1)
define(`_MASQUERADE_ENVELOPE_', 1)
