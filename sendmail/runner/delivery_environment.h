// What the queue manager, its workers and interactive delivery are given by the program.
#pragma once

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/privileged/privileged.h"
#include "sendmail/queue/queue_files.h"

namespace sm {

struct DeliveryEnvironment {
    const Config& config;
    const Clock& clock;
    Privileged& privileged;
    QueueFiles& files;
};

}  // namespace sm
