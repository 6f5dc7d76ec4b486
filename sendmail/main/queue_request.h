// From the -q arguments of the command line to a selection of jobs.
#pragma once

#include "sendmail/main/command_line.h"
#include "sendmail/runner/queue_selection.h"

namespace sm {

[[nodiscard]] QueueSelection selection_of(const QueueRunRequest& request);

}  // namespace sm
