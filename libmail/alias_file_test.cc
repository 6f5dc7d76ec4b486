#include "libmail/alias_file.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

struct Case {
    const char* name;
    const char* text;
    const char* lines;  // "1 name=value; ..." with "!" before a line without a colon
};

class AliasFileTest : public testing::TestWithParam<Case> {};

TEST_P(AliasFileTest, Parses) {
    std::string out;
    for (const AliasLine& line : parse_alias_file(GetParam().text)) {
        append(out, out.empty() ? "" : "; ", line.has_colon ? "" : "!", line.line, ' ', line.name,
               '=', line.value);
    }
    EXPECT_EQ(out, GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    All, AliasFileTest,
    testing::Values(Case{"Empty", "", ""}, Case{"CommentsOnly", "# a: b\n\n#c\n", ""},
                    Case{"Continued", "a: b,\n   c , d\ne:f", "2 a=b,   c , d; 3 e=f"},
                    Case{"Backslash", "cont: a \\\nb\nx: y\n", "2 cont=a b; 3 x=y"},
                    Case{"BackslashAtEnd", "a: b\\\n", "1 a=b"},
                    Case{"BackslashWithoutEnd", "a: b\\", "1 a=b\\"},
                    Case{"CommentEnds", "a: b,\n# no\n c\nd: e\n", "1 a=b,; 4 d=e"},
                    Case{"CommentJoined", "# c \\\nx: y\n", ""},
                    Case{"EmptyLineEnds", "a: b\n\n\tc\n", "1 a=b; !3 c="},
                    Case{"BlankLine", "  \nx: y\n", "!1 =; 2 x=y"},
                    Case{"BlankContinues", "a: b,\n \nc: d\n", "2 a=b, ; 3 c=d"},
                    Case{"BlanksAtEnd", "a :   b  \n", "1 a=b  "},
                    Case{"QuotedColon", "\"a:b\": c\n", "1 \"a:b\"=c"},
                    Case{"NoColon", "nothing\na: b\n", "!1 nothing=; 2 a=b"},
                    Case{"NoValue", "a:\n", "1 a="},
                    Case{"Include", "l: :include:/x\n", "1 l=:include:/x"},
                    Case{"CrLf", "a: b\r\n\r\nc:\r\n\td\r\n", "1 a=b; 4 c=d"}),
    [](const auto& tp) { return tp.param.name; });

}  // namespace
}  // namespace sm
