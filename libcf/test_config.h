// For tests: a configuration from text, with a fixed identity and no look at the machine.
#pragma once

#include <string>

#include "libcf/cf_reader.h"

namespace sm {

inline ReadOutcome config_from(const std::string& text) {
    ReadSetup setup;
    setup.identity = HostIdentity{"mx.test.example", "mx.test.example", {}};
    setup.probe_interfaces = false;
    setup.canonify = [](std::string_view host, Deadline) -> Result<std::optional<std::string>> {
        if (host == "broken") return make_error(Exit::kTempFail, "name server");
        if (host == "alias") return std::optional<std::string>("real.test.example");
        return std::optional<std::string>();
    };
    return read_config_text("t.cf", text, setup);
}

// What every configuration needs to be without errors.
inline constexpr const char* kTestMailers =
    "V10/Berkeley\nO OperatorChars=.:%@!^/[]+\n"
    "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u\n"
    "Msmtp, P=[IPC], F=mDFMuX, S=10, R=20, E=\\r\\n, A=TCP $h\n";

}  // namespace sm
