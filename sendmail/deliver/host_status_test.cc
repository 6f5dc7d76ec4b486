#include "sendmail/deliver/host_status.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

class FakeClock final : public Clock {
  public:
    std::int64_t time = 1000000;
    [[nodiscard]] std::int64_t now() const override { return time; }
};

TEST(HostStatus, Paths) {
    EXPECT_EQ(HostStatusTable::relative_path("host.Example.test"), "test./example./host");
    EXPECT_EQ(HostStatusTable::relative_path("[127.0.0.78]"), "78./0./0./127");
    EXPECT_EQ(HostStatusTable::relative_path("host"), "host");
    EXPECT_EQ(HostStatusTable::relative_path("a/../b"), "");
    EXPECT_EQ(HostStatusTable::relative_path("a\nb"), "");
    EXPECT_EQ(HostStatusTable::relative_path(""), "");
    EXPECT_EQ(HostStatusTable::relative_path(".."), "");
}

TEST(HostStatus, FileForm) {
    HostStatus status;
    status.status = Exit::kTempFail;
    status.sys_errno = 111;
    status.dsn = "4.4.1";
    status.when = 1795425067;
    EXPECT_EQ(HostStatusTable::encode(status), "V0\nE111\nH0\nS75\nD4.4.1\nU1795425067\n.\n");
    const auto back = HostStatusTable::decode("V0\nE111\nH1\nS68\nD5.1.2\nR450 x\nU5\n.\n");
    ASSERT_TRUE(back);
    EXPECT_EQ(back->status, Exit::kNoHost);
    EXPECT_TRUE(back->unknown_host);
    EXPECT_EQ(back->text, "450 x");
    EXPECT_EQ(back->when, 5);
    EXPECT_FALSE(HostStatusTable::decode("V0\nE111\n"));
}

TEST(HostStatus, KeptAndForgotten) {
    char name[] = "/tmp/hoststatusXXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    Options options;
    options.host_status_directory = name;
    FakeClock clock;
    HostStatus bad;
    bad.status = Exit::kTempFail;
    bad.sys_errno = 111;
    HostStatusTable first(options, clock);
    EXPECT_FALSE(first.find("h.test"));
    first.store("h.test", bad);
    HostStatusTable second(options, clock);
    ASSERT_TRUE(second.find("h.test"));
    EXPECT_EQ(second.find("h.test")->sys_errno, 111);
    clock.time += options.timeouts.hoststatus.count() + 1;
    EXPECT_FALSE(second.find("h.test"));
    EXPECT_TRUE(read_file(cat(name, "/test./h")).ok());
    std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace sm
