// The service switch (option ServiceSwitchFile): which services are asked for hosts, aliases and
// maps of class switch, in which order. Source: operations guide, option ServiceSwitchFile.
//
// A line is "database service...". '#' starts a comment; lines that begin with white space are
// none; of several lines for a database the last one counts. Case does not matter.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsm/result.h"
#include "libsm/safe_file.h"

namespace sm {

class ServiceSwitch {
  public:
    explicit ServiceSwitch(std::string_view text = {});
    // Of the file `path`. Nothing is listed when there is none ("" too) or it may not be read or
    // is not safe. Error: it cannot be told what is in it.
    [[nodiscard]] static Result<ServiceSwitch> read(const std::string& path,
                                                    const SafeFilePolicy& policy);

    // In lower case. Empty: there is no such line, or none with a service.
    [[nodiscard]] std::vector<std::string> services(std::string_view database) const;

  private:
    std::vector<std::pair<std::string, std::vector<std::string>>> lines_;
};

}  // namespace sm
