#include "libcf/visible_text.h"

#include "libsm/strings.h"

namespace sm {

void append_visible(std::string& out, std::string_view text) {
    for (const char c : text) {
        auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x80) {
            out += "M-";
            byte &= 0x7F;
        }
        if (byte >= ' ' && byte != 0x7F) out += static_cast<char>(byte);
    }
}

}  // namespace sm
