#include "libsm/traffic_log.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

class TrafficLogTest : public testing::Test {
  protected:
    void SetUp() override { path_ = directory_ + "/log"; }

    // What `body` makes of the log, in a child: the log is open in a process until it ends.
    std::string in_child(const std::function<Exit()>& body) const {
        const auto child = spawn(body);
        EXPECT_TRUE(child.ok());
        const auto ended = wait_child(*child, Deadline::never());
        EXPECT_TRUE(ended.ok() && ended->has_value());
        if (!ended.ok() || !*ended) return {};
        if ((*ended)->exit_code != 0) return cat("exit ", (*ended)->exit_code);
        std::string text = read_file(path_).value();
        std::string pid = cat(*child);
        if (pid.size() < 5) pid.insert(0, 5 - pid.size(), '0');
        for (std::size_t at = 0; (at = text.find(pid, at)) != std::string::npos;) {
            text.replace(at, pid.size(), "PID");
        }
        return text;
    }

    const TestFolder folder_;
    const std::string& directory_ = folder_.path();
    std::string path_;
};

TEST_F(TrafficLogTest, LinesOfBothDirections) {
    const std::string log = in_child([this] {
        if (!open_traffic_log(path_).ok()) return Exit::kCantCreate;
        log_traffic(Traffic::kOut, "250-a\r\n250 b\r\n");
        log_traffic(Traffic::kIn, "EHLO x\r");
        log_traffic(Traffic::kIn, "");
        log_traffic_event("CONNECT mx.test");
        return Exit::kOk;
    });
    EXPECT_EQ(log,
              "PID >>> 250-a\nPID >>> 250 b\nPID <<< EHLO x\r\nPID <<< \n"
              "PID === CONNECT mx.test\n");
    struct stat info {};
    ASSERT_EQ(::stat(path_.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(TrafficLogTest, PiecesBecomeLines) {
    const std::string log = in_child([this] {
        if (!open_traffic_log(path_).ok()) return Exit::kCantCreate;
        TrafficLines lines(Traffic::kOut);
        for (const std::string_view piece : {"Subj", "ect: x\r\n\r", "\nbo", "dy"})
            lines.take(piece);
        lines.end();
        lines.end();
        return Exit::kOk;
    });
    EXPECT_EQ(log, "PID >>> Subject: x\nPID >>> \nPID >>> body\n");
}

TEST_F(TrafficLogTest, NothingIsLoggedWithoutALog) {
    EXPECT_FALSE(traffic_logged());
    log_traffic(Traffic::kIn, "x");
    TrafficLines lines(Traffic::kIn);
    lines.take("y\n");
}

struct ForeignFile {
    const char* name;
    const char* content;
    const char* kind;  // "file", "link", "hard link"
    bool usable;
};

class ForeignFileTest : public TrafficLogTest, public testing::WithParamInterface<ForeignFile> {};

// As an ordinary user; root may name any file but a link.
TEST_P(ForeignFileTest, IsAppendedToOnlyIfItIsALogOfMine) {
    ASSERT_EQ(::chmod(directory_.c_str(), 0777), 0);
    const std::string kind = GetParam().kind;
    const bool root = ::geteuid() == 0;
    const std::string outcome = in_child([&] {
        if (root && !drop_privileges(65534, 65534, {}).ok()) return Exit::kOsErr;
        const std::string target = kind == "file" ? path_ : cat(path_, ".target");
        if (!replace_file(target, GetParam().content, 0600).ok()) return Exit::kIoErr;
        if (kind == "link" && ::symlink(target.c_str(), path_.c_str()) != 0) return Exit::kIoErr;
        if (kind == "hard link" && ::link(target.c_str(), path_.c_str()) != 0) return Exit::kIoErr;
        return open_traffic_log(path_).ok() ? Exit::kOk : Exit::kCantCreate;
    });
    EXPECT_EQ(outcome, GetParam().usable ? GetParam().content
                                         : cat("exit ", static_cast<int>(Exit::kCantCreate)));
}

INSTANTIATE_TEST_SUITE_P(
    All, ForeignFileTest,
    testing::Values(ForeignFile{"Empty", "", "file", true},
                    ForeignFile{"Log", "12345 <<< EHLO x\n", "file", true},
                    ForeignFile{"Script", "<?php echo 1;\n", "file", false},
                    ForeignFile{"Number", "12345 and more\n", "file", false},
                    ForeignFile{"ShortNumber", "1 <<<\n", "file", false},
                    ForeignFile{"Link", "", "link", false},
                    ForeignFile{"HardLink", "12345 >>> 250 ok\n", "hard link", false}),
    [](const testing::TestParamInfo<ForeignFile>& tp) { return tp.param.name; });

TEST_F(TrafficLogTest, ErrorNamesTheFile) {
    const Status opened = open_traffic_log(directory_ + "/none/log");
    ASSERT_FALSE(opened.ok());
    EXPECT_EQ(opened.error().code, Exit::kCantCreate);
    EXPECT_EQ(opened.error().text,
              cat("cannot open ", directory_, "/none/log: No such file or directory"));
}

}  // namespace
}  // namespace sm
