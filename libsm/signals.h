// Signals: a handler sets a flag and writes one octet to a pipe; nothing else happens in it.
#pragma once

#include "libsm/result.h"

namespace sm {

// Watches one or more signals. At most one set per process; a child made by spawn calls
// reset_signals() first.
class SignalSet {
  public:
    // Installs handlers. Error: kOsErr.
    [[nodiscard]] static Status watch(std::initializer_list<int> signals);

    // Readable when a watched signal has arrived since the last drain(); -1 before watch().
    [[nodiscard]] static int wake_fd();

    // Empties the pipe.
    static void drain();

    // True once for each time the signal arrived (several arrivals may count as one).
    [[nodiscard]] static bool take(int signal);
    // True when the signal has arrived and was not taken.
    [[nodiscard]] static bool arrived(int signal);
};

// In a child: default dispositions (SIGPIPE stays ignored), no wake pipe shared with the parent.
void reset_signals();

// SIGPIPE is ignored everywhere: writes report EPIPE.
void ignore_sigpipe();

}  // namespace sm
