#include "libmap/file_map.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <functional>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

// The whole file is the value of every key. `meanwhile` happens while it is being read.
class WholeFileMap final : public FileMap {
  public:
    WholeFileMap(const std::string& path, const MapEnvironment& environment)
        : FileMap(parse(path), environment, ".test") {}

    std::function<void()> meanwhile;
    int loads = 0;

  protected:
    Status load(int fd) override {
        fd_ = fd;
        ++loads;
        return {};
    }
    void unload() override { fd_ = -1; }
    Result<std::optional<std::string>> get(std::string_view /*key*/) override {
        if (meanwhile) meanwhile();
        std::string text(100, '\0');
        const ssize_t got = ::pread(fd_, text.data(), text.size(), 0);
        if (got <= 0) return std::optional<std::string>();
        return std::optional<std::string>(text.substr(0, static_cast<std::size_t>(got)));
    }

  private:
    static MapFlags parse(const std::string& path) {
        MapFlags flags;
        flags.rest = path;
        flags.try_null = false;
        return flags;
    }
    int fd_ = -1;
};

class FileMapTest : public testing::Test {
  protected:
    void SetUp() override {
        path_ = directory_ + "/m.test";
        write("old");
    }

    // In place, as makemap of old does.
    void write(const std::string& text) const {
        std::FILE* file = std::fopen(path_.c_str(), "w");
        ASSERT_NE(file, nullptr);
        std::fputs(text.c_str(), file);
        std::fclose(file);
    }

    const TestFolder folder_;
    const std::string& directory_ = folder_.path();
    std::string path_;
    MapEnvironment environment_;
};

TEST_F(FileMapTest, WhatIsReadWhileSomebodyWritesIsNoAnswer) {
    WholeFileMap map(path_, environment_);
    ASSERT_EQ(map.lookup("a", {}, Deadline::never()).value(), "old");
    int times = 0;
    map.meanwhile = [&] {
        if (++times == 1) write("");  // absent, as far as the reader can see
        if (times == 2) write("new and longer");
    };
    EXPECT_EQ(map.lookup("a", {}, Deadline::never()).value(), "new and longer");
    EXPECT_EQ(times, 3);
    EXPECT_EQ(map.loads, 3);
}

TEST_F(FileMapTest, FileThatNeverRestsCannotTell) {
    WholeFileMap map(path_, environment_);
    int times = 0;
    map.meanwhile = [&] { write(std::string(static_cast<std::size_t>(++times % 90), 'x')); };
    const auto answer = map.lookup("a", {}, Deadline::in(std::chrono::milliseconds(20)));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, Exit::kTempFail);
    EXPECT_NE(answer.error().text.find("changes all the time"), std::string::npos);
}

TEST_F(FileMapTest, OpenFileIsNotLoadedAgain) {
    WholeFileMap map(path_, environment_);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(map.lookup("a", {}, Deadline::never()).value(), "old");
    }
    EXPECT_EQ(map.loads, 1);
}

}  // namespace
}  // namespace sm
