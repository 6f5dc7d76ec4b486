// The From_ lines in front of a message that came by UUCP: each relay added one.
//
//     From user Mon Nov 23 08:31:06 2026 remote from host2
//     >From user Mon Nov 23 08:30:00 2026 remote from host1
#pragma once

#include <string>
#include <string_view>

#include "libsm/result.h"

namespace sm {

struct UucpOrigin {
    std::string host;  // the relay that handed the message over: the last one to add a line
    std::string path;  // "host2!host1!user"
};

class FromLines {
  public:
    // One line of the message from its start. True: it was a From_ line and is taken; false: the
    // message proper begins with it. Error kDataErr: a From_ line without a sender.
    [[nodiscard]] Result<bool> take(std::string_view line);

    // After the first line that was not taken. Error kDataErr: no From_ line, or no host in any.
    [[nodiscard]] Result<UucpOrigin> finish() const;

  private:
    std::string hosts_;  // "host2!host1!"
    std::string first_host_;
    std::string user_;
};

}  // namespace sm
