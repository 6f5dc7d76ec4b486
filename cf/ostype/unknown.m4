divert(-1)
_CF_ERROR(`OSTYPE(unknown): name the system; it chooses paths and flags (see the ostype directory)')
