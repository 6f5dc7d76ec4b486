#include "libmail/dot_stuff.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

std::string write(const LineForm& form, std::string_view text, std::size_t piece) {
    std::string out;
    LineWriter writer(form, [&out](std::string_view part) {
        out += part;
        return Status();
    });
    while (!text.empty()) {
        EXPECT_TRUE(writer.put(text.substr(0, piece)).ok());
        text.remove_prefix(std::min(piece, text.size()));
    }
    EXPECT_TRUE(writer.finish().ok());
    return out;
}

LineForm smtp_form(std::size_t limit = 0) {
    LineForm form;
    form.eol = "\r\n";
    form.limit = limit;
    form.stuff_dots = true;
    form.no_bare_cr = true;
    return form;
}

struct Case {
    const char* name;
    LineForm form;
    std::string in;
    std::string out;
};

std::vector<Case> cases() {
    LineForm file;
    file.escape_from = true;
    LineForm seven;
    seven.seven_bit = true;
    LineForm nul;
    nul.strip_nul = true;
    return {
        {"Empty", smtp_form(), "", ""},
        {"OnlyDot", smtp_form(), ".\n", "..\r\n"},
        {"NoFinalNewline", smtp_form(), "a\n.b", "a\r\n..b\r\n"},
        {"CrAtEnd", smtp_form(), "a\r\n\r\n.\r\n", "a\r\n\r\n..\r\n"},
        {"BareCr", smtp_form(), "a\rb\n\r.\n", "a b\r\n .\r\n"},
        {"CrCrLf", smtp_form(), "a\r\r\n", "a \r\n"},
        {"SmugglingForms", smtp_form(), "x\n.\r\r\n\r.\r\n", "x\r\n.. \r\n .\r\n"},
        {"AtLimit", smtp_form(10), "0123456789\n", "0123456789\r\n"},
        {"OverLimit", smtp_form(10), "0123456789A\n", "012345678!\r\n 9A\r\n"},
        {"TwiceOver", smtp_form(10), "0123456789ABCDEFGHIJ\n",
         "012345678!\r\n 9ABCDEFG!\r\n HIJ\r\n"},
        {"DotNotCounted", smtp_form(10), ".123456789\n", "..123456789\r\n"},
        {"DotInContinuation", smtp_form(10), "012345678.A\n", "012345678!\r\n .A\r\n"},
        {"FromEscaped", file, "From x\n>From y\nfrom z\nFromm\n",
         ">From x\n>From y\nfrom z\nFromm\n"},
        {"SevenBit", seven, "caf\xe9\n\x8a\n", "cafi\n \n"},
        {"NulGone", nul, std::string("a\0b\n", 4), "ab\n"},
        {"PlainKeepsCr", LineForm{}, "a\rb\r\n", "a\rb\r\n"},
    };
}

TEST(LineWriter, CasesInPiecesOfEverySize) {
    for (const Case& item : cases()) {
        for (const std::size_t piece :
             {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{1000}}) {
            EXPECT_EQ(write(item.form, item.in, piece), item.out) << item.name << ' ' << piece;
        }
    }
}

TEST(LineWriter, NeverABareCrOrLf) {
    const std::string alphabet("\r\n.a\0", 5);
    for (unsigned n = 0; n < 3125; ++n) {
        std::string text;
        for (unsigned i = 0, rest = n; i < 5; ++i, rest /= 5) text += alphabet[rest % 5];
        const std::string out = write(smtp_form(), text, 2);
        for (std::size_t i = 0; i < out.size(); ++i) {
            if (out[i] == '\n') {
                ASSERT_TRUE(i > 0 && out[i - 1] == '\r') << n;
            }
            if (out[i] == '\r') {
                ASSERT_TRUE(i + 1 < out.size() && out[i + 1] == '\n') << n;
            }
        }
        ASSERT_FALSE(out.starts_with(".\r\n"));
        ASSERT_EQ(out.find("\r\n.\r\n"), std::string::npos) << n;
    }
}

TEST(LineWriter, ErrorOfTheSinkIsPassedOn) {
    LineWriter writer(LineForm{}, [](std::string_view) { return Status(Error{}); });
    EXPECT_TRUE(writer.put("a\n").ok());
    EXPECT_FALSE(writer.finish().ok());
}

}  // namespace
}  // namespace sm
