#include "libnet/identd.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct Case {
    std::string_view line;
    std::optional<std::string> name;
};

// What sendmail 8.17 shows for these answers.
TEST(IdentReply, NamesAsTheReferenceReadsThem) {
    const Case cases[] = {
        {"6193, 23 : USERID : UNIX : joe", "joe"},
        {"6193,23:USERID:UNIX:joe", "joe"},
        {"   6193  ,  23   :userid:unix:  joe  ", "joe"},
        {"23 , 6193 : USERID : UNIX : joe", "joe"},
        {"6193, 23 : USERID : OTHER : xyz", "IDENT:xyz"},
        {"6193, 23 : USERID : other , US-ASCII : xyz", "IDENT:xyz"},
        {"6193, 23 : USERID : OTHERS : xyz", "xyz"},
        {"6193, 23 : USERID : UNIX , UTF-8 : joe", "joe"},
        {"6193, 23 : USERID : VMS : joe", "joe"},
        {"6193, 23 : USERID : UNIX : a b c", "abc"},
        {"6193, 23 : USERID : UNIX : a<b>(c)", "abc"},
        {"6193, 23 : USERID : UNIX : [abc]\"\\;,", "abc"},
        {"6193, 23 : USERID : UNIX : joe@other.test", "joeother.test"},
        {"6193, 23 : USERID : UNIX : a:b", "ab"},
        {"6193, 23 : USERID : UNIX : $j x", "$jx"},
        {"6193, 23 : USERID : UNIX : a\x01\xe4\rb", "ab"},
        {std::string_view("6193, 23 : USERID : UNIX : a\0b", 30), "a"},
        {"6193, 23 : USERID : UNIX : ", std::nullopt},
        {"6193, 23 : USERID : UNIX", std::nullopt},
        {"6193, 23 : ERROR : NO-USER", std::nullopt},
        {"6193, 23 : UNIX : joe", std::nullopt},
        {"6193, 23 : USERID joe", std::nullopt},
        {"6193 : USERID : UNIX : joe", std::nullopt},
        {"x, y : USERID : UNIX : joe", std::nullopt},
        {"garbage", std::nullopt},
        {"", std::nullopt},
    };
    for (const Case& each : cases) EXPECT_EQ(parse_ident_reply(each.line), each.name) << each.line;
}

TEST(IdentReply, LongNamesAreCut) {
    const std::string line = "1,2:USERID:UNIX:" + std::string(900, 'a');
    EXPECT_EQ(parse_ident_reply(line), std::string(256, 'a'));
}

}  // namespace
}  // namespace sm
