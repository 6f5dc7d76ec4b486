// Property: everything returned is a view into the line, and parameters have legal keywords.
#include "libmail/mail_parameters.h"
#include "libmail/smtp_command.h"
#include "test/fuzz/fuzz_target.h"

namespace {

bool inside(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sm::fuzz::require;
    const std::string line = sm::clean_command(sm::fuzz::text_of(data, size), size % 2 == 0);
    require(line.find('\0') == std::string::npos, "no NUL behind clean_command");
    const sm::SmtpCommand command = sm::split_command(line);
    require(inside(command.verb, line) && inside(command.argument, line), "views into the line");
    for (const char* word : {"FROM", "TO"}) {
        const sm::PathArgument path = sm::parse_path_argument(command.argument, word);
        if (!path.ok) continue;
        require(inside(path.address, line), "the address is in the line");
        for (const sm::EsmtpParameter& parameter : path.parameters) {
            require(inside(parameter.keyword, line) && inside(parameter.value, line),
                    "parameters are in the line");
        }
    }
    require(sm::address_length(line) <= line.size(), "an address is not longer than its text");
    return 0;
}
