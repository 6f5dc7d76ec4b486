// A bearer token for XOAUTH2 and OAUTHBEARER: fetched anew for each use, because it lives for
// minutes only. doc/oauth.md tells the administrator's side.
#pragma once

#include <string>
#include <string_view>

#include "libnet/key_file.h"
#include "libsm/clock.h"
#include "libsm/result.h"

namespace sm {

// source: "/path/of/file", or "|/path/of/program argument ..." (no shell; blanks separate; run
// with the caller's rights, PATH and LANG as its only environment). The token is the first line of
// what is there or is printed. Error (kTempFail): there is none now, and why; never a part of it.
[[nodiscard]] Result<std::string> fetch_token(std::string_view source, const KeyFilePolicy& policy,
                                              Deadline deadline);

}  // namespace sm
