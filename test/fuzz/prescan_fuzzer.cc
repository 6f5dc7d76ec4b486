// Property: bounded output; no token is empty; an operator stands alone.
#include "libmail/prescan.h"
#include "test/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sm::fuzz::require;
    const sm::CharTable table(".:%@!^/[]+");
    const std::string_view text = sm::fuzz::text_of(data, size);
    for (const sm::ScanMode mode : {sm::ScanMode::kTokens, sm::ScanMode::kComments}) {
        sm::ScanOptions options;
        options.mode = mode;
        std::string buffer(sm::scan_buffer_size(size), '\0');
        std::vector<std::string_view> tokens;
        const sm::ScanReport report =
            sm::prescan_views(text, table, options, buffer.data(), tokens);
        require(tokens.size() <= sm::kMaxTokens + 1, "no more than kMaxTokens");
        require(report.consumed <= size, "consumed is inside the text");
        for (const std::string_view token : tokens) {
            require(!token.empty(), "no token is empty");
            if (table.is_operator(token.front())) require(token.size() == 1, "operators are alone");
        }
    }
    return 0;
}
