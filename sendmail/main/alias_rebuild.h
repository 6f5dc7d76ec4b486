// `newaliases`, `sendmail -bi`: the alias databases from their text files.
#pragma once

#include "libsm/exit_status.h"
#include "sendmail/main/personality.h"

namespace sm {

// Rebuilds every AliasFile of a class that is kept in a file; says "F: N aliases, longest M bytes,
// T bytes total" for each. Each file is replaced as a whole, so that readers never see a part.
// kSoftware when lines were refused (the others are in the database), kIoErr when a database could
// not be written.
[[nodiscard]] Exit rebuild_mode(Invocation& invocation);

}  // namespace sm
