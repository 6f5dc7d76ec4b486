#include "libsm/mapped_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <functional>

#include "libsm/process.h"
#include "libsm/unique_fd.h"

namespace sm {
namespace {

constexpr std::size_t kPages = 5;

class MappedFileTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "mapped-XXXXXX";
        fd_.reset(::mkstemp(pattern.data()));
        ASSERT_TRUE(fd_.valid());
        ::unlink(pattern.c_str());
        const std::string text(kPages * page_, 'x');
        ASSERT_EQ(::write(fd_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }

    [[nodiscard]] static std::size_t count(const MappedFile& file, char wanted) {
        return static_cast<std::size_t>(
            std::count(file.data(), file.data() + file.size(), static_cast<unsigned char>(wanted)));
    }

    static ChildStatus run_child(const std::function<Exit()>& body) {
        const auto child = spawn(body);
        EXPECT_TRUE(child.ok());
        const auto ended = wait_child(*child, Deadline::never());
        EXPECT_TRUE(ended.ok() && ended.value().has_value());
        return *ended.value();
    }

    const std::size_t page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    UniqueFd fd_;
};

TEST_F(MappedFileTest, WhatIsCutReadsAsZeros) {
    MappedFile file;
    ASSERT_TRUE(file.open(fd_.get(), "test").ok());
    EXPECT_EQ(count(file, 'x'), kPages * page_);
    ASSERT_EQ(::ftruncate(fd_.get(), static_cast<off_t>(2 * page_)), 0);
    EXPECT_EQ(count(file, 'x'), 2 * page_);
    EXPECT_EQ(count(file, '\0'), 3 * page_);
}

TEST_F(MappedFileTest, SeveralFilesOneIsCut) {
    MappedFile first;
    MappedFile second;
    ASSERT_TRUE(first.open(fd_.get(), "test").ok());
    ASSERT_TRUE(second.open(fd_.get(), "test").ok());
    first.close();
    MappedFile third;
    ASSERT_TRUE(third.open(fd_.get(), "test").ok());
    ASSERT_EQ(::ftruncate(fd_.get(), 0), 0);
    EXPECT_EQ(count(second, '\0'), kPages * page_);
    EXPECT_EQ(count(third, '\0'), kPages * page_);
    EXPECT_EQ(first.data(), nullptr);
}

TEST_F(MappedFileTest, EmptyFileHasNothing) {
    ASSERT_EQ(::ftruncate(fd_.get(), 0), 0);
    MappedFile file;
    ASSERT_TRUE(file.open(fd_.get(), "test").ok());
    EXPECT_EQ(file.size(), 0U);
}

TEST_F(MappedFileTest, ChildrenAreGuardedToo) {
    MappedFile file;
    ASSERT_TRUE(file.open(fd_.get(), "test").ok());
    ASSERT_EQ(::ftruncate(fd_.get(), 0), 0);
    const ChildStatus ended = run_child(
        [&file] { return count(file, '\0') == file.size() ? Exit::kOk : Exit::kSoftware; });
    EXPECT_EQ(ended.signal, 0);
    EXPECT_EQ(ended.exit_code, 0);
}

// A mapping that nobody guards ends the process as ever.
TEST_F(MappedFileTest, SomebodyElsesFaultIsNotHidden) {
    MappedFile file;
    ASSERT_TRUE(file.open(fd_.get(), "test").ok());
    void* other = ::mmap(nullptr, page_, PROT_READ, MAP_SHARED, fd_.get(), 0);
    ASSERT_NE(other, MAP_FAILED);
    ASSERT_EQ(::ftruncate(fd_.get(), 0), 0);
    const ChildStatus ended = run_child([other] {
        return *static_cast<volatile const char*>(other) == '\0' ? Exit::kOk : Exit::kSoftware;
    });
    EXPECT_EQ(ended.signal, SIGBUS);
    ::munmap(other, page_);
}

}  // namespace
}  // namespace sm
