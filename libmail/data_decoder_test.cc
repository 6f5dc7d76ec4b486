#include "libmail/data_decoder.h"

#include "gtest/gtest.h"

namespace sm {
namespace {

constexpr LinePolicy kStrict{};
constexpr LinePolicy kLoose{BareOctet::kAccept, BareOctet::kAccept, false};
constexpr LinePolicy kLoosest{BareOctet::kAccept, BareOctet::kAccept, true};
constexpr LinePolicy kSpaces{BareOctet::kSpace, BareOctet::kSpace, false};
using State = DataDecoder::State;

struct DataCase {
    std::string name;
    LinePolicy policy;
    std::string in;
    std::string text;
    State state;
    std::string left;  // not used
};

class DataDecoderTest : public testing::TestWithParam<DataCase> {};

TEST_P(DataDecoderTest, InOnePiece) {
    const DataCase& c = GetParam();
    DataDecoder decoder(c.policy);
    std::string out;
    const std::size_t used = decoder.feed(c.in, &out);
    EXPECT_EQ(out, c.text);
    EXPECT_EQ(decoder.state(), c.state);
    EXPECT_EQ(c.in.substr(used), c.left);
}

TEST_P(DataDecoderTest, OctetByOctet) {
    const DataCase& c = GetParam();
    DataDecoder decoder(c.policy);
    std::string out;
    std::size_t at = 0;
    while (at < c.in.size() && decoder.state() == State::kMore) {
        at += decoder.feed(c.in.substr(at, 1), &out);
        if (decoder.state() == State::kMore) continue;
    }
    EXPECT_EQ(out, c.text);
    EXPECT_EQ(decoder.state(), c.state);
}

INSTANTIATE_TEST_SUITE_P(
    All, DataDecoderTest,
    testing::Values(
        DataCase{"Empty", kStrict, ".\r\nQUIT\r\n", "", State::kEnd, "QUIT\r\n"},
        DataCase{"Stuffed", kStrict, "..\r\n..a\r\n.b\r\n.\r\n", ".\n.a\nb\n", State::kEnd, ""},
        DataCase{"DotInside", kStrict, "a.\r\n .\r\n.\r\n", "a.\n .\n", State::kEnd, ""},
        DataCase{"LfDotLf", kStrict, "a\n.\nMAIL\r\n", "a", State::kBareLineFeed, ".\nMAIL\r\n"},
        DataCase{"LfDotCrlf", kStrict, "a\n.\r\nMAIL\r\n", "a", State::kBareLineFeed,
                 ".\r\nMAIL\r\n"},
        DataCase{"CrlfDotLf", kStrict, "a\r\n.\nMAIL", "a\n", State::kBareLineFeed, "MAIL"},
        DataCase{"CrDotCr", kStrict, "a\r.\rb", "a", State::kBareCarriageReturn, ".\rb"},
        DataCase{"CrCrlf", kStrict, "a\r\r\n", "a", State::kBareCarriageReturn, "\r\n"},
        DataCase{"LooseLfIsLineEnd", kLoose, "a\nb\n.\r\nc\r\n.\r\nQ", "a\nb\n.\nc\n", State::kEnd,
                 "Q"},
        DataCase{"LooseCrlfDotLfGoesOn", kLoose, "a\r\n.\nb\r\n.\r\n", "a\n.\nb\n", State::kEnd,
                 ""},
        DataCase{"LooseCrStays", kLoose, "a\rb\r\r\n.\r\n", "a\rb\r\n", State::kEnd, ""},
        DataCase{"OtherEnds", kLoosest, "a\n.\nMAIL", "a\n", State::kEnd, "MAIL"},
        DataCase{"Spaces", kSpaces, "a\n.\nb\rc\r\n.\r\n", "a . b c\n", State::kEnd, ""},
        DataCase{"Unfinished", kStrict, "a\r\n.", "a\n", State::kMore, ""}),
    [](const testing::TestParamInfo<DataCase>& tp) { return tp.param.name; });

TEST(DataDecoderFacts, EightBitAndNul) {
    DataDecoder decoder(kStrict);
    std::string out;
    decoder.feed("abcdefgh1234567", &out);
    EXPECT_FALSE(decoder.has_8bit());
    decoder.feed("abcdefgh1234567\x80", &out);
    EXPECT_TRUE(decoder.has_8bit());
    EXPECT_FALSE(decoder.has_nul());
    decoder.feed(std::string_view("\0", 1), &out);
    EXPECT_TRUE(decoder.has_nul());
}

}  // namespace
}  // namespace sm
