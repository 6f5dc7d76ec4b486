// Property: any text gives a Config and complaints of one line, naming the file.
#include "libcf/cf_reader.h"
#include "test/fuzz/fuzz_target.h"

namespace {

// Lines that would read files or start programs named by the input.
bool reaches_outside(std::string_view text) {
    for (const std::string_view word : {"\nF", "\nK", "|", "/"}) {
        if (text.find(word) != std::string_view::npos) return true;
    }
    return !text.empty() && (text.front() == 'F' || text.front() == 'K');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = sm::fuzz::text_of(data, size);
    if (reaches_outside(text)) return 0;
    sm::ReadSetup setup;
    sm::HostIdentity identity;
    identity.canonical = "mx.test";
    setup.identity = identity;
    const sm::ReadOutcome outcome = sm::read_config_text("fuzz.cf", text, setup);
    sm::fuzz::require(outcome.config != nullptr, "there is always a Config");
    for (const std::string& message : outcome.messages) {
        sm::fuzz::require(message.find('\n') == std::string::npos, "a message is one line");
    }
    return 0;
}
