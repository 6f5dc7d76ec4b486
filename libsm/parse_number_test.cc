#include "libsm/parse_number.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct SpanCase {
    const char* name;
    const char* in;
    char unit;
    std::int64_t seconds;  // -1: refused
};

class TimespanTest : public testing::TestWithParam<SpanCase> {};

TEST_P(TimespanTest, Parses) {
    const auto span = parse_timespan(GetParam().in, GetParam().unit);
    EXPECT_EQ(span ? span->count() : -1, GetParam().seconds);
}

INSTANTIATE_TEST_SUITE_P(All, TimespanTest,
                         testing::Values(SpanCase{"Empty", "", 's', -1},
                                         SpanCase{"BadUnit", "5x", 's', -1},
                                         SpanCase{"Overflow", "99999999999999999999d", 's', -1},
                                         SpanCase{"Combined", "2h30m", 's', 9000},
                                         SpanCase{"UpperCase", "1D", 's', 86400},
                                         SpanCase{"DefaultDays", "5", 'd', 432000},
                                         SpanCase{"Weeks", "1w", 's', 604800},
                                         SpanCase{"MixedDefault", "1h30", 'm', 5400},
                                         SpanCase{"Blanks", " 10s ", 'm', 10}),
                         [](const auto& tp) { return tp.param.name; });

TEST(ParseNumber, WholeTextOrNothing) {
    EXPECT_EQ(parse_int("-12"), -12);
    EXPECT_EQ(parse_int("12x"), std::nullopt);
    EXPECT_EQ(parse_int(""), std::nullopt);
    EXPECT_EQ(parse_int("9223372036854775808"), std::nullopt);
    EXPECT_EQ(parse_unsigned("0600", 8), 0600U);
    EXPECT_EQ(parse_unsigned("0x1F", 0), 31U);
    EXPECT_EQ(parse_unsigned("010", 0), 8U);
    EXPECT_EQ(parse_unsigned("-1"), std::nullopt);
}

TEST(ParseNumber, LeadingDigitsClamp) {
    EXPECT_EQ(leading_int(" 42abc"), 42);
    EXPECT_EQ(leading_int("abc"), 0);
    EXPECT_EQ(leading_int("99999999999999999999"), INT64_MAX);
}

TEST(ParseNumber, TimespansAsText) {
    EXPECT_EQ(format_timespan(std::chrono::seconds(0)), "00:00:00");
    EXPECT_EQ(format_timespan(std::chrono::seconds(93784)), "1+02:03:04");
    EXPECT_EQ(describe_timespan(std::chrono::seconds(14400)), "4 hours");
    EXPECT_EQ(describe_timespan(std::chrono::seconds(3660)), "1 hour 1 minute");
}

}  // namespace
}  // namespace sm
