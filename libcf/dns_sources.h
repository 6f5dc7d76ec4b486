// What the map classes dns and bestmx ask the DNS, as the options say.
#pragma once

#include "libcf/options.h"
#include "libmap/map_types.h"

namespace sm {

// Sets dns_values and mail_exchangers of `environment`. options outlives it. Resolvers start at the
// first question.
void add_dns_sources(MapEnvironment& environment, const Options& options);

// The text of a TXT record for a rule: its first string, characters that are not printable ASCII
// turned into "X". rdata: as it came.
[[nodiscard]] std::string txt_for_rules(std::string_view rdata);

// "03 01 01 8C:B0:..." out of a TLSA record.
[[nodiscard]] std::string tlsa_for_rules(std::string_view rdata);

}  // namespace sm
