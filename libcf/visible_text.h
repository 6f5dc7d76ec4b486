// How test mode and traces show text: control characters are left out, bytes
// above 0x7F are M-x.
#pragma once

#include <string>
#include <string_view>

namespace sm {

void append_visible(std::string& out, std::string_view text);

}  // namespace sm
