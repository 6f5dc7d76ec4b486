divert(-1)
PUSHDIVERT(6)O SetCertAltnames=true
POPDIVERT
