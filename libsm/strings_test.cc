#include "libsm/strings.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct PrintableCase {
    const char* name;
    std::string in;
    std::size_t max;
    std::string out;
};

class PrintableTest : public testing::TestWithParam<PrintableCase> {};

TEST_P(PrintableTest, Encodes) {
    EXPECT_EQ(printable(GetParam().in, GetParam().max), GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(All, PrintableTest,
                         testing::Values(PrintableCase{"Nul", std::string("a\0b", 3), 100,
                                                       "a\\000b"},
                                         PrintableCase{"LineFeed", "a\r\nb", 100, "a\\015\\012b"},
                                         PrintableCase{"HighBit", "\xff", 100, "\\377"},
                                         PrintableCase{"Cut", "abcdef", 3, "abc..."},
                                         PrintableCase{"ExactlyMax", "abc", 3, "abc"},
                                         PrintableCase{"Empty", "", 3, ""}),
                         [](const auto& tp) { return tp.param.name; });

TEST(Strings, CatJoinsPiecesAndNumbers) {
    EXPECT_EQ(cat("line ", 7, ": ", 'x', std::string("y"), -3), "line 7: xy-3");
}

TEST(Strings, SplitKeepsEmptyPieces) {
    EXPECT_EQ(split(",a,,b,", ','), (std::vector<std::string_view>{"", "a", "", "b", ""}));
    EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
}

TEST(Strings, WordsSkipAllWhiteSpace) {
    EXPECT_EQ(split_words(" \t a\n b  "), (std::vector<std::string_view>{"a", "b"}));
    EXPECT_TRUE(split_words(" \t").empty());
}

TEST(Strings, ChompTakesOneLineEnd) {
    EXPECT_EQ(chomp("a\r\n"), "a");
    EXPECT_EQ(chomp("a\n\n"), "a\n");
    EXPECT_EQ(chomp("a\r"), "a\r");
}

TEST(Strings, ComparisonIsAsciiOnly) {
    EXPECT_TRUE(iequals("AbC", "aBc"));
    EXPECT_FALSE(iequals("\xc4", "\xe4"));
    EXPECT_TRUE(istarts_with("Received: x", "RECEIVED:"));
    EXPECT_FALSE(istarts_with("Re", "RECEIVED:"));
}

}  // namespace
}  // namespace sm
