#include "libmail/host_status.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(HostStatus, Paths) {
    EXPECT_EQ(host_status_path("host.Example.test"), "test./example./host");
    EXPECT_EQ(host_status_path("host.example.test."), "test./example./host");
    EXPECT_EQ(host_status_path("[127.0.0.78]"), "78./0./0./127");
    EXPECT_EQ(host_status_path("[IPv6:::1]"), "ipv6:::1");
    EXPECT_EQ(host_status_path("host"), "host");
    EXPECT_EQ(host_status_path("a/../b"), "");
    EXPECT_EQ(host_status_path("a\nb"), "");
    EXPECT_EQ(host_status_path(""), "");
    EXPECT_EQ(host_status_path(".."), "");
    EXPECT_EQ(host_status_path("."), "");
}

TEST(HostStatus, NamesOfPaths) {
    EXPECT_EQ(host_of_status_path("test./example./host"), "host.example.test");
    EXPECT_EQ(host_of_status_path("78./0./0./127"), "127.0.0.78");
    EXPECT_EQ(host_of_status_path("host"), "host");
    EXPECT_EQ(host_of_status_path("other/host"), "host");
    EXPECT_EQ(host_of_status_path("test./host."), "host.test");
}

TEST(HostStatus, FileForm) {
    HostStatus status;
    status.status = 75;
    status.sys_errno = 111;
    status.dsn = "4.4.1";
    status.when = 1795425067;
    EXPECT_EQ(encode_host_status(status), "V0\nE111\nH0\nS75\nD4.4.1\nU1795425067\n.\n");
    const auto back =
        decode_host_status("V0\nE111\nH1\nS68\nD5.1.2\nR450 x\nU5\n.\nrest of a longer one\n");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->status, 68);
    EXPECT_TRUE(back->unknown_host);
    EXPECT_EQ(back->text, "450 x");
    EXPECT_EQ(back->when, 5);
}

TEST(HostStatus, OddFiles) {
    EXPECT_FALSE(decode_host_status(""));
    EXPECT_FALSE(decode_host_status("garbage\n"));
    EXPECT_FALSE(decode_host_status("V0\nX1\n.\n"));
    const auto extreme = decode_host_status("E-5\nS99999\nU-1\nD4\x01\n");
    ASSERT_TRUE(extreme);
    EXPECT_EQ(extreme->sys_errno, 0);
    EXPECT_EQ(extreme->status, 255);
    EXPECT_EQ(extreme->dsn.find('\x01'), std::string::npos);
}

struct LineCase {
    const char* name;
    const char* file;
    const char* host;
    const char* line;
};

class HostStatusLineTest : public testing::TestWithParam<LineCase> {};

TEST_P(HostStatusLineTest, Line) {
    const auto status = decode_host_status(GetParam().file);
    ASSERT_TRUE(status);
    EXPECT_EQ(host_status_line(GetParam().host, *status, 100060, false, false), GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    All, HostStatusLineTest,
    testing::Values(
        LineCase{"LongName", "S0\nU100000\n",
                 "a.very.long.host.name.that.does.not.fit.in.the.column.test",
                 " a.very.long.host.name.that.does.not.fit.in.the.column.test     00:01:00 OK"},
        LineCase{"Days", "S0\nU60\n", "h.test",
                 " h.test                                    1+03:46:40 OK"},
        LineCase{"TimeToCome", "S0\nU200000\n", "h.test",
                 " h.test                                      00:00:00 OK"},
        LineCase{"Cut", "S75\nE111\nD4.4.1\nU100000\n", "h.test",
                 " h.test                                      00:01:00 Deferred: Connection refu"},
        LineCase{"Reply", "S75\nE104\nR451 4.4.1 reply: read error from h\nU100000\n", "h.test",
                 " h.test                                      00:01:00 451 4.4.1 reply: read err"},
        LineCase{"NoErrno", "S75\nD4.4.3\nU100000\n", "h.test",
                 " h.test                                      00:01:00 4.0.0 Deferred"},
        LineCase{"HostUnknown", "S68\nH1\nD5.1.2\nU100000\n", "h.test",
                 " h.test                                      00:01:00 5.1.2 Host unknown"},
        LineCase{"InternalError", "S70\nE5\nU100000\n", "h.test",
                 " h.test                                      00:01:00 5.3.0 Internal error"},
        LineCase{"GoodWithErrno", "S0\nE111\nU100000\n", "h.test",
                 " h.test                                      00:01:00 OK: Connection refused"},
        LineCase{"OtherStatus", "S200\nE5\nU100000\n", "h.test",
                 " h.test                                      00:01:00 Unknown mailer error 200"}),
    [](const testing::TestParamInfo<LineCase>& tp) { return tp.param.name; });

TEST(HostStatus, LineOfALockedHostInFull) {
    HostStatus status;
    status.text = "250 2.0.0 a reply that is too long for the column";
    EXPECT_EQ(host_status_line("h.test", status, 0, true, true),
              "*h.test                                      00:00:00 "
              "250 2.0.0 a reply that is too long for the column");
}

}  // namespace
}  // namespace sm
