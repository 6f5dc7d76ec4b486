// What -d0.x prints about this binary and its configuration.
#pragma once

#include <string>
#include <string_view>

#include "libcf/cf_reader.h"

namespace sm {

// What is known before a configuration is read, as -d0.`level` wants it.
[[nodiscard]] std::string report_build(int level, const HostIdentity* host);

// What is known afterwards: selected files, identity, mailers.
[[nodiscard]] std::string report_configuration(int level, const Config& config,
                                               const HostIdentity& host);

// Default files of this build.
[[nodiscard]] std::string_view default_mta_cf();
[[nodiscard]] std::string_view default_submission_cf();

}  // namespace sm
