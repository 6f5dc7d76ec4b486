#include "libsm/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

class FilesTest : public testing::Test {
  protected:
    const TestFolder folder_;
    const std::string& dir_ = folder_.path();
};

TEST_F(FilesTest, ReplaceLeavesNoTemporaryFile) {
    ASSERT_TRUE(replace_file(dir_ + "/f", "one", 0640).ok());
    ASSERT_TRUE(replace_file(dir_ + "/f", "two", 0640).ok());
    EXPECT_EQ(*read_file(dir_ + "/f"), "two");
    EXPECT_EQ(::unlink((dir_ + "/f").c_str()), 0);
    EXPECT_EQ(::rmdir(dir_.c_str()), 0);  // empty: nothing else was left
}

TEST_F(FilesTest, MissingFileSaysItsNameAndErrno) {
    const auto data = read_file(dir_ + "/absent");
    ASSERT_FALSE(data.ok());
    EXPECT_EQ(data.error().sys_errno, ENOENT);
    EXPECT_EQ(data.error().text, dir_ + "/absent: No such file or directory");
}

TEST_F(FilesTest, TooLargeIsAnErrorNotACutFile) {
    ASSERT_TRUE(replace_file(dir_ + "/f", "0123456789", 0600).ok());
    EXPECT_FALSE(read_file(dir_ + "/f", 9).ok());
    EXPECT_TRUE(read_file(dir_ + "/f", 10).ok());
}

TEST_F(FilesTest, LocksBelongToTheOpenFile) {
    ASSERT_TRUE(replace_file(dir_ + "/f", "", 0600).ok());
    const UniqueFd first = *open_file(dir_ + "/f", O_RDWR);
    const UniqueFd second = *open_file(dir_ + "/f", O_RDWR);
    EXPECT_TRUE(*try_lock(first.get(), LockMode::kExclusive));
    EXPECT_FALSE(*try_lock(second.get(), LockMode::kShared));
    EXPECT_FALSE(
        *lock_until(second.get(), LockMode::kShared, Deadline::in(std::chrono::milliseconds(5))));
    unlock(first.get());
    EXPECT_TRUE(*try_lock(second.get(), LockMode::kShared));
}

TEST(Paths, DirectoryAndBase) {
    EXPECT_EQ(directory_of("/a/b"), "/a");
    EXPECT_EQ(directory_of("/a"), "/");
    EXPECT_EQ(directory_of("a"), ".");
    EXPECT_EQ(base_name("/a/b"), "b");
    EXPECT_EQ(base_name("b"), "b");
}

}  // namespace
}  // namespace sm
