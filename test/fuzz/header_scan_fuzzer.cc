// Property: fed in pieces or at once, the header section ends at the same place; fields lie in it.
#include "libmail/header_scan.h"
#include "test/fuzz/fuzz_target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sm::fuzz::require;
    const std::string_view text = sm::fuzz::text_of(data, size);
    sm::HeaderScan whole(true);
    static_cast<void>(whole.scan(text, true));
    sm::HeaderScan pieces(true);
    const std::size_t step = 1 + size % 7;
    bool complete = false;
    for (std::size_t end = step; end < text.size() && !complete; end += step) {
        complete = pieces.scan(text.substr(0, end), false);
    }
    if (!complete) static_cast<void>(pieces.scan(text, true));
    require(whole.header_size() == pieces.header_size(), "header_size does not depend on pieces");
    require(whole.body_start() == pieces.body_start(), "body_start does not depend on pieces");
    require(whole.header_size() <= whole.body_start() && whole.body_start() <= size,
            "the header lies before the body");
    for (const sm::ScannedField& field : whole.fields(text)) {
        require(!field.name.empty(), "a field has a name");
        require(field.value.data() + field.value.size() <= text.data() + whole.body_start(),
                "a field ends before the body");
    }
    return 0;
}
