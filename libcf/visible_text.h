// How test mode and traces show text: control characters as ^X, bytes above 0x7F as M-x.
#pragma once

#include <string>
#include <string_view>

namespace sm {

void append_visible(std::string& out, std::string_view text);

}  // namespace sm
