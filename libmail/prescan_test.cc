#include "libmail/prescan.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct PrescanCase {
    const char* name;
    std::string text;
    ScanMode mode;
    char delimiter;
    std::string tokens;      // joined by blanks
    std::string complaints;  // joined by ";"
    bool usable = true;
};

class PrescanTest : public testing::TestWithParam<PrescanCase> {};

TEST_P(PrescanTest, CutsAsTheClassicProgram) {
    const PrescanCase& c = GetParam();
    const CharTable table(".:%@!^/[]+");
    const Prescanned got = prescan(c.text, table, ScanOptions{c.mode, c.delimiter});
    std::string tokens;
    for (const Token& token : got.tokens) tokens += (tokens.empty() ? "" : " ") + token.text;
    std::string complaints;
    for (const std::string& text : got.report.complaints) {
        complaints += (complaints.empty() ? "" : ";") + text;
    }
    EXPECT_EQ(tokens, c.tokens);
    EXPECT_EQ(complaints, c.complaints);
    EXPECT_EQ(got.report.usable, c.usable);
}

constexpr ScanMode kT = ScanMode::kTokens;
constexpr ScanMode kC = ScanMode::kComments;

INSTANTIATE_TEST_SUITE_P(
    All, PrescanTest,
    testing::Values(
        PrescanCase{"Empty", "", kT, 0, "", ""}, PrescanCase{"OnlyBackslash", "\\", kT, 0, "", ""},
        PrescanCase{"EscapedQuoteAtEnd", "\"a\\", kT, 0, "\"a\\\"\"",
                    "Unbalanced '\"';Unbalanced '\"'"},
        PrescanCase{"EscapedBracketAtEnd", "<\\", kT, 0, "< \\> >",
                    "Unbalanced '<';Unbalanced '<'"},
        PrescanCase{"OpenBrackets", "<<<", kT, 0, "< < < > > >",
                    "Unbalanced '<';Unbalanced '<';Unbalanced '<'"},
        PrescanCase{"StrayBracketJoins", "a>b", kT, 0, "ab", "Unbalanced '>'"},
        PrescanCase{"BracketThenQuote", "a<\"b", kT, 0, "a < \"b\" >",
                    "Unbalanced '\"';Unbalanced '<'"},
        PrescanCase{"ParensAreTokens", "a(b)c", kT, 0, "a ( b ) c", ""},
        PrescanCase{"CommentSeparates", "a(b(c)d)e", kC, 0, "a e", ""},
        PrescanCase{"OpenComment", "a (b", kC, 0, "a", "Unbalanced '('"},
        PrescanCase{"OpenCommentAlone", "(b", kC, 0, "", "Unbalanced '('", false},
        PrescanCase{"StrayParenJoins", "a)b", kC, 0, "ab", "Unbalanced ')'"},
        PrescanCase{"EscapedParenInComment", "(a\\)b) c", kC, 0, "c", ""},
        PrescanCase{"QuotesAreTokens", "a\"b\"c", kT, 0, "a \"b\" c", ""},
        PrescanCase{"QuoteHidesParens", "\"a(b\" c", kC, 0, "\"a(b\" c", ""},
        PrescanCase{"EscapesStay", "a\\(b", kT, 0, "a\\(b", ""},
        PrescanCase{"BangLosesBackslash", "a\\!b", kT, 0, "a ! b", ""},
        PrescanCase{"BangKeepsItInQuotes", "\"a\\!b\"", kT, 0, "\"a\\!b\"", ""},
        PrescanCase{"Operators", "@@..::", kT, 0, "@ @ . . : :", ""},
        PrescanCase{"ControlStaysInWord",
                    "a\x01"
                    "b",
                    kT, 0,
                    "a\x01"
                    "b",
                    ""},
        PrescanCase{"CarriageReturnSeparates", "a\rb", kT, 0, "a b", ""},
        PrescanCase{"HighBit", "\xc3\xa9", kT, 0, "\xc3\xa9", ""},
        PrescanCase{"DelimiterStops", "a,b", kT, ',', "a", ""},
        PrescanCase{"DelimiterInBrackets", "<x@a,b>", kT, ',', "< x @ a >", "Unbalanced '<'"},
        PrescanCase{"DelimiterInRoute", "<@a,@b:c>,d", kT, ',', "< @ a , @ b : c >", ""},
        PrescanCase{"DelimiterInQuotes", "\"a,b\",c", kT, ',', "\"a,b\"", ""},
        PrescanCase{"DelimiterInComment", "(a,b)c,d", kC, ',', "c", ""},
        PrescanCase{"DollarIsAWord", "a $| b", kT, 0, "a $| b", ""}),
    [](const testing::TestParamInfo<PrescanCase>& tp) { return tp.param.name; });

TEST(PrescanLimits, TooManyTokensAreRefused) {
    const CharTable table;
    const std::string many(kMaxTokens + 1, '.');
    EXPECT_FALSE(prescan(many, table).report.usable);
    EXPECT_TRUE(prescan(many.substr(1), table).report.usable);
}

TEST(PrescanLimits, LongTokenIsRefused) {
    const CharTable table;
    EXPECT_TRUE(prescan(std::string(kMaxTokenOctets, 'a'), table).report.usable);
    EXPECT_FALSE(prescan(std::string(kMaxTokenOctets + 1, 'a'), table).report.usable);
}

TEST(PrescanLimits, BufferSufficesForTheWorstRepair) {
    const CharTable table;
    for (const std::string& text : {std::string(300, '<'), std::string(300, '"'),
                                    std::string(299, '<') + '\\', std::string(301, '"') + '\\'}) {
        std::string buffer(scan_buffer_size(text.size()) + 1, '\x7e');
        std::vector<std::string_view> views;
        const ScanReport report =
            prescan_views(text, table, ScanOptions{ScanMode::kTokens, 0}, buffer.data(), views);
        EXPECT_EQ(buffer.back(), '\x7e');
        EXPECT_EQ(report.consumed, text.size());
    }
}

TEST(JoinTokens, BlankOnlyBetweenWords) {
    const CharTable table(".:%@!^/[]+");
    const TokenList tokens = prescan("a b \"c\" d . e", table).tokens;
    EXPECT_EQ(join_tokens(tokens, table), "a b\"c\"d.e");
    EXPECT_EQ(join_tokens(tokens, table, '.'), "a.b\"c\"d.e");
    EXPECT_EQ(join_tokens(tokens, table, '\0'), "ab\"c\"d.e");
}

TEST(AddressTextFault, EightBitControlsAndLength) {
    EXPECT_EQ(address_text_fault("a\x81"), "8-bit character in mailbox address \"a?\"");
    EXPECT_EQ(address_text_fault("\xc3\xa9"), "");
    EXPECT_EQ(address_text_fault(std::string(255, 'a')), "");
    const std::string longer(256, 'a');
    EXPECT_EQ(address_text_fault(longer),
              "Address \"" + longer.substr(1) + "\" too long (255 bytes max)");
}

}  // namespace
}  // namespace sm
