// Property: what decodes, encodes back; encoders stay within their bounds and alphabets.
#include "libsm/encodings.h"
#include "libsm/parse_number.h"
#include "libsm/strings.h"
#include "test/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sm::fuzz::require;
    const std::string_view text = sm::fuzz::text_of(data, size);
    require(sm::base64_decode(sm::base64_encode(text)) == text, "base64 round trip");
    require(sm::xtext_decode(sm::xtext_encode(text)) == text, "xtext round trip");
    if (const auto decoded = sm::base64_decode(text)) {
        require(decoded->size() <= size, "decoding does not grow");
    }
    const std::string cert = sm::cert_encode(text);
    require(cert.size() <= 3 * size, "cert_encode is bounded");
    for (const char c : cert) require(sm::is_print(c) && c != ' ', "cert_encode is printable");
    for (const char c : sm::printable(text, 100)) require(sm::is_print(c), "printable");
    static_cast<void>(sm::parse_timespan(text, 's'));
    static_cast<void>(sm::parse_int(text));
    static_cast<void>(sm::leading_int(text));
    return 0;
}
