#include "libsm/random_id.h"

#include <sys/random.h>

#include <string_view>

#include "libsm/result.h"

namespace sm {

std::uint64_t random_number() {
    std::uint64_t number = 0;
    // getrandom never fails nor returns less for requests up to 256 octets.
    SM_CHECK(::getrandom(&number, sizeof number, 0) == static_cast<ssize_t>(sizeof number));
    return number;
}

std::string random_name(std::size_t length) {
    static constexpr std::string_view kLetters =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string name;
    while (name.size() < length) {
        std::uint64_t bits = random_number();
        for (int i = 0; i < 8 && name.size() < length; ++i, bits >>= 8) {
            name += kLetters[(bits & 0xFF) % kLetters.size()];
        }
    }
    return name;
}

}  // namespace sm
