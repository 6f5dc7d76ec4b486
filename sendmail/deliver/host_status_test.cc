#include "sendmail/deliver/host_status.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/privileged/host_status_files.h"

namespace sm {
namespace {

class FakeClock final : public Clock {
  public:
    std::int64_t time = 1000000;
    [[nodiscard]] std::int64_t now() const override { return time; }
};

TEST(HostStatusTable, KeptAndForgotten) {
    char name[] = "/tmp/hoststatusXXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    Options options;
    options.host_status_directory = name;
    ASSERT_TRUE(options.dont_blame_sendmail.add_word("TrustStickyBit"));  // of /tmp
    const auto open = [&options](std::string_view host, bool write) {
        return open_host_status(options, host, write);
    };
    FakeClock clock;
    HostStatus bad;
    bad.status = 75;
    bad.sys_errno = 111;
    bad.text = "450 a text that makes the file longer";
    HostStatusTable first(options, clock);
    EXPECT_FALSE(first.find("h.test", open));
    first.store("h.test", bad, open);
    HostStatusTable second(options, clock);
    ASSERT_TRUE(second.find("h.test", open));
    EXPECT_EQ(second.find("h.test", open)->sys_errno, 111);
    EXPECT_FALSE(second.find("h.test", {}));
    second.store("h.test", HostStatus{}, open);
    EXPECT_EQ(*read_file(cat(name, "/test./h")), "V0\nE0\nH0\nS0\nU1000000\n.\n");
    clock.time += 1;
    second.store("h.test", bad, open);
    EXPECT_EQ(first.find("h.test", open)->when, clock.time);
    clock.time += options.timeouts.hoststatus.count() + 1;
    EXPECT_FALSE(second.find("h.test", open));
    EXPECT_TRUE(read_file(cat(name, "/test./h")).ok());
    std::filesystem::remove_all(name);
}

TEST(HostStatusTable, OneAtATime) {
    char name[] = "/tmp/hoststatusXXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    Options options;
    options.host_status_directory = name;
    ASSERT_TRUE(options.dont_blame_sendmail.add_word("TrustStickyBit"));  // of /tmp
    options.single_thread_delivery = true;
    const auto open = [&options](std::string_view host, bool write) {
        return open_host_status(options, host, write);
    };
    FakeClock clock;
    HostStatusTable table(options, clock);
    HostStatusTable::Lock lock;
    HostStatusTable::Lock other;
    ASSERT_TRUE(table.lock_host("h.test", open, &lock));
    ASSERT_TRUE(lock);
    EXPECT_FALSE(table.lock_host("h.test", open, &other));
    EXPECT_TRUE(table.lock_host("g.test", open, &other));
    HostStatus status;
    status.text = "250 x";
    table.store("h.test", status, open, lock);
    EXPECT_EQ(HostStatusTable(options, clock).find("h.test", open)->text, "250 x");
    lock.reset();
    // A file that purgestat removed in between is no lock.
    ASSERT_TRUE(table.lock_host("h.test", open, &lock));
    std::filesystem::remove(cat(name, "/test./h"));
    lock.reset();
    ASSERT_TRUE(table.lock_host("h.test", open, &lock));
    EXPECT_TRUE(read_file(cat(name, "/test./h")).ok());
    options.single_thread_delivery = false;
    other.reset();
    EXPECT_TRUE(HostStatusTable(options, clock).lock_host("h.test", open, &other));
    EXPECT_FALSE(other);
    std::filesystem::remove_all(name);
}

TEST(HostStatusFiles, UnsafePlacesAreNotUsed) {
    char name[] = "/tmp/hoststatusXXXXXX";
    ASSERT_NE(::mkdtemp(name), nullptr);
    Options options;
    options.host_status_directory = name;
    ASSERT_TRUE(options.dont_blame_sendmail.add_word("TrustStickyBit"));  // of /tmp
    EXPECT_TRUE(check_host_status_directory(options).ok());
    Options strict;
    strict.host_status_directory = cat(name, "/below");
    ASSERT_EQ(::mkdir(strict.host_status_directory.c_str(), 0755), 0);
    ASSERT_EQ(::chmod(name, 0777), 0);
    EXPECT_EQ(check_host_status_directory(strict).error().code, Exit::kNoPerm);
    ASSERT_EQ(::chmod(name, 0755), 0);
    EXPECT_TRUE(open_host_status(options, "a.b.test", true).ok());
    EXPECT_FALSE(open_host_status(options, "../x", true).ok());
    ASSERT_EQ(::chmod(cat(name, "/test.").c_str(), 0775), 0);
    EXPECT_FALSE(open_host_status(options, "a.b.test", false).ok());
    ASSERT_EQ(::chmod(cat(name, "/test.").c_str(), 0755), 0);
    EXPECT_TRUE(open_host_status(options, "a.b.test", false).ok());
    ASSERT_EQ(::symlink("a", cat(name, "/test./b./l").c_str()), 0);
    EXPECT_FALSE(open_host_status(options, "l.b.test", true).ok());
    ASSERT_EQ(::mkfifo(cat(name, "/test./b./f").c_str(), 0600), 0);
    EXPECT_FALSE(open_host_status(options, "f.b.test", false).ok());
    ASSERT_EQ(::chmod(name, 0777), 0);
    EXPECT_EQ(check_host_status_directory(options).error().text, "Permission denied");
    EXPECT_FALSE(open_host_status(options, "a.b.test", false).ok());
    options.connection_cache_size = 0;
    EXPECT_EQ(host_status_directory(options), "");
    std::filesystem::remove_all(name);
    options.connection_cache_size = 1;
    EXPECT_EQ(check_host_status_directory(options).error().text, "No such file or directory");
}

}  // namespace
}  // namespace sm
