#include "sendmail/envelope/mime_limits.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

struct LimitCase {
    const char* label;
    std::int64_t whole;
    std::int64_t each;
    const char* name;
    const char* value;
    const char* cut;
    const char* said;
};

class MimeLimitsTest : public testing::TestWithParam<LimitCase> {};

TEST_P(MimeLimitsTest, CutsWhatIsTooLong) {
    Options options;
    options.max_mime_header_length = GetParam().whole;
    options.max_mime_header_field_length = GetParam().each;
    HeaderList headers;
    HeaderField field;
    field.name = GetParam().name;
    field.value = GetParam().value;
    headers.append(field);
    const std::vector<std::string> said = limit_mime_fields(options, headers);
    EXPECT_EQ(headers.fields().front().value, GetParam().cut);
    EXPECT_EQ(join(said, "|"), GetParam().said);
}

// The lengths are those that sendmail 8.17 leaves of the same fields.
INSTANTIATE_TEST_SUITE_P(
    All, MimeLimitsTest,
    testing::Values(
        LimitCase{"NoLimit", 0, 0, "Content-Id", " <0123456789@x>", " <0123456789@x>", ""},
        LimitCase{"Plain", 10, 5, "Content-Id", " <0123456789@x>", " <01234567",
                  "Truncated long MIME Content-Id header (length = 15) (possible attack)"},
        LimitCase{"JustFits", 15, 5, "Content-Id", " <0123456789@x>", " <0123456789@x>", ""},
        LimitCase{"OtherField", 10, 5, "X-Other", " 0123456789012", " 0123456789012", ""},
        LimitCase{"Comment", 10, 5, "mime-version", " 1.0 (0123456789)", " 1.0 (0123)",
                  "Truncated long MIME MIME-Version header (length = 17) (possible attack)"},
        LimitCase{"Parameters", 200, 20, "Content-Type",
                  " multipart/mixed; boundary=\"b0123456789012345\"; x=y0123456789012345678; n=s",
                  " multipart/mixed; boundary=\"b01234567\"; x=y01234567890123456; n=s",
                  "Truncated MIME Content-Type header due to field size (length = 23) (possible "
                  "attack)"},
        LimitCase{"SemicolonInQuotes", 0, 20, "Content-Disposition",
                  " attachment; filename=\"a;b\"", " attachment; filename=\"a;b\"", ""},
        LimitCase{"Escape", 0, 14, "Content-Disposition", " a; filename=\"ab\\\"cd\"",
                  " a; filename=\"ab\"",
                  "Truncated MIME Content-Disposition header due to field size (length = 18) "
                  "(possible attack)"}),
    [](const testing::TestParamInfo<LimitCase>& tp) { return tp.param.label; });

}  // namespace
}  // namespace sm
