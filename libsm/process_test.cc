#include "libsm/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <stdexcept>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/signals.h"
#include "libsm/strings.h"

namespace sm {
namespace {

int exit_code_of(Result<pid_t> pid) {
    const auto status = wait_child(*pid, Deadline::never());
    return (*status)->signal != 0 ? -(*status)->signal : (*status)->exit_code;
}

TEST(Spawn, ChildExitsWithTheStatusOfItsBody) {
    EXPECT_EQ(exit_code_of(spawn([] { return Exit::kNoUser; })), 67);
}

TEST(Spawn, ExceptionDefersAndNeverBounces) {
    ASSERT_TRUE(log_open_file(testing::TempDir() + "sm-process-test.log", "test").ok());
    EXPECT_EQ(exit_code_of(spawn([]() -> Exit { throw std::runtime_error("bug"); })), 75);
}

TEST(Spawn, DestructorsOfTheParentDoNotRunInTheChild) {
    const std::string path = testing::TempDir() + cat("sm-scoped-", ::getpid());
    ASSERT_TRUE(replace_file(path, "x", 0600).ok());
    const ScopedPath owner(path);
    EXPECT_EQ(exit_code_of(spawn([] { return Exit::kOk; })), 0);
    EXPECT_EQ(::access(path.c_str(), F_OK), 0);
}

TEST(WaitChild, DeadlinePassesWhileTheChildRuns) {
    auto pid = spawn([] {
        sleep_for(std::chrono::seconds(30));
        return Exit::kOk;
    });
    EXPECT_FALSE(wait_child(*pid, Deadline::in(std::chrono::milliseconds(5)))->has_value());
    ::kill(*pid, SIGKILL);
    EXPECT_EQ(exit_code_of(pid), -SIGKILL);
}

TEST(ExecProgram, HasExactlyTheDescriptorsZeroToTwo) {
    auto leak = *open_file("/dev/null", O_RDONLY);
    const int inheritable = ::dup(leak.get());  // without close-on-exec, as a library might
    auto pipe = *make_pipe();
    ExecSpec spec;
    spec.path = "/bin/ls";
    spec.argv = {"ls", "/proc/self/fd"};
    spec.stdout_fd = pipe.write_end.get();
    auto pid = exec_program(spec);
    pipe.write_end.reset();
    const std::string listing = *read_all(pipe.read_end.get());
    EXPECT_EQ(exit_code_of(pid), 0);
    ::close(inheritable);
    EXPECT_EQ(listing, "0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST(ExecProgram, GetsOnlyTheEnvironmentItWasGiven) {
    auto pipe = *make_pipe();
    ExecSpec spec;
    spec.path = "/usr/bin/env";
    spec.argv = {"env"};
    spec.environment = {"AGENT=sendmail"};
    spec.stdout_fd = pipe.write_end.get();
    auto pid = exec_program(spec);
    pipe.write_end.reset();
    EXPECT_EQ(*read_all(pipe.read_end.get()), "AGENT=sendmail\n");
    EXPECT_EQ(exit_code_of(pid), 0);
}

TEST(ExecProgram, MissingProgramIsOsFile) {
    ExecSpec spec;
    spec.path = "/nonexistent/program";
    spec.argv = {"program"};
    EXPECT_EQ(exit_code_of(exec_program(spec)), static_cast<int>(Exit::kOsFile));
}

TEST(ExecProgram, TakesTheIdentityForGood) {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    auto pipe = *make_pipe();
    ExecSpec spec;
    spec.path = "/bin/sh";
    spec.argv = {"sh", "-c", "grep -E '^(Uid|Gid|Groups)' /proc/self/status"};
    spec.credentials = Credentials{65534, 65534, {}};
    spec.stdout_fd = pipe.write_end.get();
    auto pid = exec_program(spec);
    pipe.write_end.reset();
    EXPECT_EQ(*read_all(pipe.read_end.get()),
              "Uid:\t65534\t65534\t65534\t65534\nGid:\t65534\t65534\t65534\t65534\n"
              "Groups:\t65534 \n");
    EXPECT_EQ(exit_code_of(pid), 0);
}

TEST(Spawn, ThousandChildrenLeaveNoZombieAndNoDescriptor) {
    const auto count_fds = [] {
        std::size_t count = 0;
        DIR* const dir = ::opendir("/proc/self/fd");
        while (::readdir(dir) != nullptr) ++count;
        ::closedir(dir);
        return count;
    };
    const std::size_t before = count_fds();
    for (int i = 0; i < 1000; ++i) {
        ASSERT_EQ(exit_code_of(spawn([] {
                      exit_now(Exit::kOk);
                      return Exit::kOk;
                  })),
                  0);
    }
    EXPECT_EQ(count_fds(), before);
    EXPECT_FALSE(reap_any().has_value());
}

TEST(Signals, FlagAndWakePipe) {
    ASSERT_TRUE(SignalSet::watch({SIGUSR1}).ok());
    EXPECT_FALSE(SignalSet::take(SIGUSR1));
    ::raise(SIGUSR1);
    EXPECT_TRUE(*wait_readable(SignalSet::wake_fd(), Deadline::in(std::chrono::seconds(1))));
    EXPECT_TRUE(SignalSet::take(SIGUSR1));
    EXPECT_FALSE(SignalSet::take(SIGUSR1));
    SignalSet::drain();
    EXPECT_FALSE(*wait_readable(SignalSet::wake_fd(), Deadline::in(std::chrono::milliseconds(1))));
    reset_signals();
}

}  // namespace
}  // namespace sm
