#include "libmail/smtp_reply.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(ReplyLine, Forms) {
    SmtpReplyLine line;
    EXPECT_FALSE(parse_reply_line("", &line));
    EXPECT_FALSE(parse_reply_line("25", &line));
    EXPECT_FALSE(parse_reply_line("2500 x", &line));
    EXPECT_FALSE(parse_reply_line("199 x", &line));
    EXPECT_FALSE(parse_reply_line("600 x", &line));
    EXPECT_FALSE(parse_reply_line("2x0 x", &line));
    EXPECT_FALSE(parse_reply_line("hello", &line));
    ASSERT_TRUE(parse_reply_line("250", &line));
    EXPECT_TRUE(line.last);
    ASSERT_TRUE(parse_reply_line("250-", &line));
    EXPECT_FALSE(line.last);
    ASSERT_TRUE(parse_reply_line("354 go on", &line));
    EXPECT_EQ(line.code, 354);
    EXPECT_EQ(line.text, "go on");
}

TEST(EnhancedStatus, Forms) {
    EXPECT_EQ(enhanced_status("5.1.1 no"), "5.1.1");
    EXPECT_EQ(enhanced_status("4.123.999"), "4.123.999");
    EXPECT_EQ(enhanced_status("5.1.1no"), "");
    EXPECT_EQ(enhanced_status("3.1.1 no"), "");
    EXPECT_EQ(enhanced_status("5.1234.1 no"), "");
    EXPECT_EQ(enhanced_status("5.1. no"), "");
    EXPECT_EQ(enhanced_status("5.1"), "");
    EXPECT_EQ(enhanced_status(""), "");
}

TEST(SmtpReply, TextAndCode) {
    SmtpReply reply;
    reply.code = 550;
    reply.lines = {"550-5.1.1 first", "550 5.1.2 second"};
    EXPECT_EQ(reply.dsn(), "5.1.1");
    EXPECT_EQ(reply.text(true), "first");
    EXPECT_EQ(reply.text(false), "5.1.1 first");
    reply.code = 451;
    reply.lines = {"451-2.0.0 odd", "451 4.7.0 second"};
    EXPECT_EQ(reply.dsn(), "4.7.0");
    reply.lines = {"451"};
    EXPECT_EQ(reply.dsn(), "");
    EXPECT_EQ(reply.text(true), "");
}

TEST(SmtpReply, DsnOfCode) {
    EXPECT_EQ(dsn_of_reply_code(450), "4.2.0");
    EXPECT_EQ(dsn_of_reply_code(553), "5.1.0");
    EXPECT_EQ(dsn_of_reply_code(421), "4.0.0");
    EXPECT_EQ(dsn_of_reply_code(571), "5.0.0");
}

}  // namespace
}  // namespace sm
