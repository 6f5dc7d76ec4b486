// The traffic log (-X FILE): all that this process and its children read from and write to
// clients, servers, mailers and submitters, line by line, for finding out who said what:
//
//     07910 <<< MAIL FROM:<a@b.example>
//     07910 >>> 250 2.1.0 <a@b.example>... Sender ok
//     07910 === CONNECT mx.example.com
//
// Behind the process id: "<<<" was read, "[EOF]" stands for the end of it; ">>>" was written.
// Lines are as they came, with a CR of theirs ("<<<" only). Callers leave passwords out. It is
// opened before the first fork and inherited; programs that are executed do not get it.
#pragma once

#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

enum class Traffic { kIn, kOut };

// Appends to `path`, which is made with mode 0600; "/dev/stdout" and "/dev/stderr" are this
// process's. Everybody but root may name only a file that is not there yet, or a traffic log of his
// own: else the text of a message could be put into files that others trust. Error kCantCreate.
[[nodiscard]] Status open_traffic_log(const std::string& path);

// False: there is none, and nothing needs to be put together for it.
[[nodiscard]] bool traffic_logged();

// One or more whole lines; the end of the last one may be missing. "" is an empty line.
void log_traffic(Traffic way, std::string_view lines);
// What happened beside the conversation: "CONNECT host", "EXEC command".
void log_traffic_event(std::string_view text);

// One direction of a conversation that comes in pieces: a line is logged when its end is there.
class TrafficLines {
  public:
    explicit TrafficLines(Traffic way) : way_(way) {}
    void take(std::string_view octets);
    // No more will come: what is left is a line too.
    void end();

  private:
    Traffic way_;
    std::string rest_;
};

}  // namespace sm
