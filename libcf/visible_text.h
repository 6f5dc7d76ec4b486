// How test mode and traces show text: control characters are left out, bytes
// above 0x7F are M-x.
#pragma once

#include <string>
#include <string_view>

namespace sm {

void append_visible(std::string& out, std::string_view text);

// Rules and markers as traces show them: under trace 84, operators by the codes they are known by
// ("$*" is " 0x90 ").
[[nodiscard]] std::string visible_operators(std::string_view text);

}  // namespace sm
