#include "libmail/header_scan.h"

#include "gtest/gtest.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct ScanCase {
    std::string name;
    std::string text;
    std::string fields;  // "name=value|..."
    std::string body;
};

class HeaderScanTest : public testing::TestWithParam<ScanCase> {};

std::string joined(const HeaderScan& scan, std::string_view text) {
    std::string out;
    for (const ScannedField& field : scan.fields(text)) {
        append(out, field.name, "=", field.value, "|");
    }
    return out;
}

TEST_P(HeaderScanTest, AtOnceAndInPieces) {
    const ScanCase& c = GetParam();
    HeaderScan whole(true);
    ASSERT_TRUE(whole.scan(c.text, true));
    EXPECT_EQ(joined(whole, c.text), c.fields);
    EXPECT_EQ(c.text.substr(whole.body_start()), c.body);
    HeaderScan pieces(true);
    bool done = false;
    for (std::size_t length = 1; length <= c.text.size() && !done; ++length) {
        done = pieces.scan(std::string_view(c.text).substr(0, length), false);
    }
    if (!done) done = pieces.scan(c.text, true);
    EXPECT_TRUE(done);
    EXPECT_EQ(joined(pieces, c.text), c.fields);
}

INSTANTIATE_TEST_SUITE_P(
    All, HeaderScanTest,
    testing::Values(
        ScanCase{"Nothing", "", "", ""}, ScanCase{"OnlyEmptyLine", "\nx\n", "", "x\n"},
        ScanCase{"NoHeader", "not a header\nbody\n", "", "not a header\nbody\n"},
        ScanCase{"LeadingBlankIsBody", " foo\nSubject: x\n\nb\n", "", " foo\nSubject: x\n\nb\n"},
        ScanCase{"FromLineSkipped", "From a@b Mon\nA: 1\n\nb\n", "A= 1|", "b\n"},
        ScanCase{"BlankBeforeColon", "Subject : x\nA:b\n\n", "Subject= x|A=b|", ""},
        ScanCase{"Continued", "A: 1\n\t2\n 3\nB:\n\nb", "A= 1\n\t2\n 3|B=|", "b"},
        ScanCase{"BadLineEnds", "A: 1\nno header\nB: 2\n", "A= 1|", "no header\nB: 2\n"},
        ScanCase{"EmptyName", "A: 1\n: 2\n", "A= 1|", ": 2\n"},
        ScanCase{"TextField", "A: 1\nText: no\n\nb\n", "A= 1|", "Text: no\n\nb\n"},
        ScanCase{"NoLineEnd", "A: 1", "A= 1|", ""}),
    [](const testing::TestParamInfo<ScanCase>& tp) { return tp.param.name; });

}  // namespace
}  // namespace sm
