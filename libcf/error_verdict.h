// The meaning of "$#error $@ code $: text". Source: operations guide 5.1.2 and 5.1.4.
#pragma once

#include <string>
#include <string_view>

#include "libsm/exit_status.h"

namespace sm {

struct ErrorVerdict {
    Exit status = Exit::kUnavailable;
    int smtp = 553;
    std::string dsn = "5.3.0";
    std::string text;  // without codes, quotes removed
    bool quarantine = false;
};

// host: text behind $@ ("" when there is none); text: behind $:, tokens joined.
[[nodiscard]] ErrorVerdict error_verdict(std::string_view host, std::string_view text);

// The exit status of an enhanced status code: "5.1.1" -> kNoUser.
[[nodiscard]] Exit exit_of_dsn(std::string_view dsn);

}  // namespace sm
