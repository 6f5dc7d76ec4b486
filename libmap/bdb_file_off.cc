// Without Berkeley DB nothing opens its files.
#include "libmap/bdb_file.h"
