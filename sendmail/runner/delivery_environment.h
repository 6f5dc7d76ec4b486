// What the queue manager, its workers and interactive delivery are given by the program.
#pragma once

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/privileged/privileged.h"
#include "sendmail/queue/queue_files.h"

namespace sm {

class ClientTls;

struct DeliveryEnvironment {
    const Config& config;
    const Clock& clock;
    Privileged& privileged;
    QueueFiles& files;
    ClientTls* client_tls = nullptr;  // see AgentContext
};

}  // namespace sm
