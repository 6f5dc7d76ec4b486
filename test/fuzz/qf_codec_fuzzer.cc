// Property: what was decoded once survives encoding and decoding unchanged.
#include "sendmail/queue/qf_codec.h"
#include "test/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sm::fuzz::require;
    const std::string_view text = sm::fuzz::text_of(data, size);
    sm::Envelope lenient;
    sm::QfExtras lenient_extras;
    sm::decode_qf_leniently(text, &lenient, &lenient_extras);
    sm::Envelope first;
    sm::QfExtras extras;
    if (!sm::decode_qf(text, &first, &extras).ok()) return 0;
    const std::string written = sm::encode_qf(first, extras, sm::standard_saved_macros());
    sm::Envelope second;
    sm::QfExtras second_extras;
    require(sm::decode_qf(written, &second, &second_extras).ok(), "what was written can be read");
    require(first.recipients.size() == second.recipients.size(), "recipients survive");
    require(first.headers.fields().size() == second.headers.fields().size(), "headers survive");
    require(sm::encode_qf(second, second_extras, sm::standard_saved_macros()) == written,
            "encoding is stable");
    return 0;
}
