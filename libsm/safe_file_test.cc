#include "libsm/safe_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>

#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

using Links = SafeFilePolicy::Links;
using Writers = SafeFilePolicy::Writers;

class SafeFileTest : public testing::Test {
  protected:
    void SetUp() override {
        for (const char* part : {"safe", "open", "group"}) {
            ASSERT_EQ(::mkdir(cat(base_, "/", part).c_str(), 0755), 0);
            ASSERT_TRUE(replace_file(cat(base_, "/", part, "/f"), "text", 0600).ok());
        }
        ASSERT_EQ(::chmod(cat(base_, "/open").c_str(), 0777), 0);
        ASSERT_EQ(::chmod(cat(base_, "/group").c_str(), 0775), 0);
        // What is above is writable, and sticky.
        policy_.trust_sticky_bit = true;
        policy_.directories = Writers::kNobody;
    }

    std::string verdict(std::string_view name, int flags = O_RDONLY) {
        auto file = open_safe_file(cat(base_, "/", name), flags, 0600, policy_);
        return file.ok() ? cat("open", file->unsafe_reason.empty() ? "" : ", ", file->unsafe_reason)
                         : file.error().text;
    }
    void link_to(std::string_view target, std::string_view name) {
        ASSERT_EQ(::symlink(cat(base_, "/", target).c_str(), cat(base_, "/", name).c_str()), 0);
    }

    const TestFolder folder_;
    const std::string& base_ = folder_.path();
    SafeFilePolicy policy_;
};

TEST_F(SafeFileTest, Directories) {
    EXPECT_EQ(verdict("safe/f"), "open");
    EXPECT_EQ(verdict("open/f"), "World writable directory");
    EXPECT_EQ(verdict("group/f"), "Group writable directory");
    EXPECT_EQ(verdict("open/../safe/f"), "World writable directory");
    policy_.directories = Writers::kGroup;
    EXPECT_EQ(verdict("group/f"), "open, Group writable directory");
    policy_.safe = Writers::kGroup;
    EXPECT_EQ(verdict("group/f"), "open");
    EXPECT_EQ(verdict("open/nothing"), "World writable directory");
    ASSERT_EQ(::chmod(cat(base_, "/open").c_str(), 01777), 0);
    EXPECT_EQ(verdict("open/f"), "open");
}

TEST_F(SafeFileTest, Links) {
    link_to("safe/f", "safe/link");
    link_to("safe/f", "open/link");
    link_to("open", "safe/dir");
    link_to("nothing", "safe/nowhere");
    EXPECT_EQ(verdict("safe/link"), "open");
    EXPECT_EQ(verdict("safe/dir/f"), "World writable directory");
    EXPECT_EQ(verdict("safe/nowhere"), "No such file or directory");
    policy_.symbolic_links = Links::kInSafeDirectory;
    policy_.directories = Writers::kEverybody;
    EXPECT_EQ(verdict("safe/link"), "open");
    EXPECT_EQ(verdict("open/link"), "Symbolic links not allowed");
    policy_.symbolic_links = Links::kRefused;
    EXPECT_EQ(verdict("safe/link"), "Symbolic links not allowed");
    ASSERT_EQ(::link(cat(base_, "/safe/f").c_str(), cat(base_, "/safe/hard").c_str()), 0);
    EXPECT_EQ(verdict("safe/hard"), "open");
    policy_.hard_links = Links::kInSafeDirectory;
    EXPECT_EQ(verdict("safe/hard"), "open");
    policy_.hard_links = Links::kRefused;
    EXPECT_EQ(verdict("safe/hard"), "Hard links not allowed");
}

TEST_F(SafeFileTest, WhatItIs) {
    ASSERT_EQ(::mkfifo(cat(base_, "/safe/fifo").c_str(), 0600), 0);
    EXPECT_EQ(verdict("safe/fifo"), "Regular files only");
    EXPECT_EQ(verdict("safe"), "Regular files only");
    EXPECT_EQ(verdict("safe/"), "Regular files only");
    ASSERT_EQ(::chmod(cat(base_, "/safe/f").c_str(), 0666), 0);
    EXPECT_EQ(verdict("safe/f"), "open");
    policy_.world_writable = false;
    EXPECT_EQ(verdict("safe/f"), "World writable file");
    policy_.group_writable = false;
    EXPECT_EQ(verdict("safe/f"), "Group writable file");
    ASSERT_EQ(::chmod(cat(base_, "/safe/f").c_str(), 0700), 0);
    policy_.no_executables = true;
    EXPECT_EQ(verdict("safe/f"), "Executable files not allowed");
}

TEST_F(SafeFileTest, OwnersAndBits) {
    policy_.must_own = true;
    policy_.owner_uid = 4711;
    EXPECT_EQ(verdict("safe/f"), ::geteuid() == 0 ? "open" : "Permission denied");
    if (::geteuid() != 0) GTEST_SKIP() << "the rest needs root";
    ASSERT_EQ(::chown(cat(base_, "/safe/f").c_str(), 4712, 4712), 0);
    EXPECT_EQ(verdict("safe/f"), "Permission denied");
    policy_.trusted_user = 4712;
    EXPECT_EQ(verdict("safe/f"), "open");
    policy_.must_own = false;
    policy_.root_bits = SafeFilePolicy::RootBits::kLikeOthers;
    EXPECT_EQ(verdict("safe/f"), "open");
    policy_.trusted_user.reset();
    EXPECT_EQ(verdict("safe/f"), "Permission denied");
    policy_.root_bits = SafeFilePolicy::RootBits::kOwners;
    EXPECT_EQ(verdict("safe/f"), "open");
    ASSERT_EQ(::chmod(cat(base_, "/safe/f").c_str(), 0077), 0);
    EXPECT_EQ(verdict("safe/f"), "Permission denied");
}

TEST_F(SafeFileTest, IsMade) {
    EXPECT_EQ(verdict("safe/new"), "No such file or directory");
    EXPECT_TRUE(check_writable(cat(base_, "/safe/new"), policy_).ok());
    EXPECT_NE(::access(cat(base_, "/safe/new").c_str(), F_OK), 0);
    EXPECT_EQ(verdict("safe/new", O_WRONLY | O_CREAT), "open");
    link_to("safe/elsewhere", "safe/nowhere");
    EXPECT_FALSE(check_writable(cat(base_, "/safe/nowhere"), policy_).ok());
    EXPECT_NE(verdict("safe/nowhere", O_WRONLY | O_CREAT), "open");
    EXPECT_NE(::access(cat(base_, "/safe/elsewhere").c_str(), F_OK), 0);
}

// Another process exchanges the file for a link and back all the time: what
// is opened is never the file that only the link names.
TEST_F(SafeFileTest, NobodyWinsTheRace) {
    ASSERT_TRUE(replace_file(cat(base_, "/secret"), "secret", 0600).ok());
    const std::string file = cat(base_, "/open/f");
    const std::string other = cat(base_, "/open/g");
    policy_.directories = Writers::kEverybody;
    policy_.symbolic_links = Links::kInSafeDirectory;
    policy_.hard_links = Links::kInSafeDirectory;
    const auto child = spawn([this, file, other] {
        for (;;) {
            static_cast<void>(::symlink(cat(base_, "/secret").c_str(), other.c_str()));
            static_cast<void>(::rename(other.c_str(), file.c_str()));
            static_cast<void>(replace_file(file, "text", 0600));
        }
        return Exit::kOk;
    });
    ASSERT_TRUE(child.ok());
    int opened = 0;
    for (int i = 0; i < 20000; ++i) {
        auto got = open_safe_file(file, O_RDONLY, 0, policy_);
        if (!got.ok()) continue;
        ++opened;
        const auto text = read_all(got->fd.get());
        if (text.ok() && *text == "secret") {
            ADD_FAILURE() << "the secret was read in round " << i;
            break;
        }
    }
    ::kill(*child, SIGKILL);
    EXPECT_TRUE(wait_child(*child, Deadline::never()).ok());
    EXPECT_GT(opened, 0);
}

}  // namespace
}  // namespace sm
