#include "sendmail/deliver/auth_info.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(AuthInfo, Words) {
    const auto full = parse_auth_info(
        "\"U:user\" \"I:id\" \"P=c2VjcmV0\" \"R:other.dom\" \"M:DIGEST-MD5 PLAIN\"");
    ASSERT_TRUE(full.has_value());
    EXPECT_EQ(full->user, "user");
    EXPECT_EQ(full->auth_id, "id");
    EXPECT_EQ(full->password, "secret");
    EXPECT_EQ(full->realm, "other.dom");
    EXPECT_EQ(full->mechanisms, "DIGEST-MD5 PLAIN");
    EXPECT_TRUE(full->complete());
    const auto odd = parse_auth_info("\"U:a\\\"b\"\"P:with \\\\ blank\"");
    ASSERT_TRUE(odd.has_value());
    EXPECT_EQ(odd->user, "a\"b");
    EXPECT_EQ(odd->password, "with \\ blank");
    EXPECT_FALSE(parse_auth_info("\"U:a\"")->complete());
    EXPECT_FALSE(parse_auth_info("\"P:a\"")->complete());
    EXPECT_FALSE(parse_auth_info("")->complete());
}

TEST(AuthInfo, Token) {
    const auto info = parse_auth_info("\"U:joe@x.test\" \"T:|/bin/get -u joe\"");
    ASSERT_TRUE(info.has_value());
    EXPECT_EQ(info->token, "|/bin/get -u joe");
    EXPECT_TRUE(info->complete());
    EXPECT_FALSE(parse_auth_info("\"T:/etc/token\"")->complete());
    EXPECT_EQ(parse_auth_file("joe\n\n\n\n\n/etc/token\n").token, "/etc/token");
}

TEST(AuthInfo, Mistakes) {
    for (const char* words :
         {"\"U:a", "\"X:a\"", "\"U\"", "\"\"", "\"U-a\"", "\"P=!!!\"", "error"}) {
        EXPECT_FALSE(parse_auth_info(words).has_value()) << words;
    }
}

TEST(AuthInfo, File) {
    const AuthInfo info = parse_auth_file("user\nid\r\nsecret\n\nPLAIN LOGIN\n\nmore\n");
    EXPECT_EQ(info.user, "user");
    EXPECT_EQ(info.auth_id, "id");
    EXPECT_EQ(info.password, "secret");
    EXPECT_EQ(info.realm, "");
    EXPECT_EQ(info.mechanisms, "PLAIN LOGIN");
    EXPECT_FALSE(parse_auth_file("").complete());
}

}  // namespace
}  // namespace sm
