// The OpenSSL engine of SSLEngine and SSLEnginePath. Source: operations guide 5.6.
#pragma once

#include <string>

#include "libsm/result.h"

namespace sm {

// Loads the engine (from directory/libNAME.so, or the one inside the library when directory is "")
// and makes it the default for all that it can do; once per process, further calls do nothing.
// Error kConfig: the engine cannot be used, the text says why.
[[nodiscard]] Status use_tls_engine(const std::string& name, const std::string& directory);

}  // namespace sm
