// What test/t-850-small-maps does not reach: programs that end otherwise, maps in order, the log of
// class debug.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>

#include "libmap/map_types.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

class SmallMapsTest : public testing::Test {
  protected:
    SmallMapsTest() {
        environment_.find_map = [this](std::string_view name) {
            const auto found = maps_.find(std::string(name));
            return found == maps_.end() ? nullptr : found->second.get();
        };
        environment_.run_program = [this](const std::vector<std::string>& argv, Deadline) {
            asked_ = join(argv, "|");
            return answer_;
        };
        environment_.warn = [this](std::string_view text) { append(said_, text, "\n"); };
        environment_.report = [this](std::string_view text) { append(said_, text, "\n"); };
    }

    void declare(const char* name, const char* type, const char* spec) {
        auto made = make_map(name, type, spec, environment_);
        ASSERT_TRUE(made.ok());
        maps_[name] = std::move(made).value();
    }
    std::string ask(const char* name, std::string_view key) {
        const auto answer = maps_[name]->lookup(key, {}, Deadline::never());
        return answer.ok() ? answer->value_or("absent")
                           : cat("error ", static_cast<int>(answer.error().code));
    }

    MapEnvironment environment_;
    std::map<std::string, std::unique_ptr<Map>> maps_;
    Result<ProgramAnswer> answer_ = ProgramAnswer{};
    std::string asked_;
    std::string said_;
};

TEST_F(SmallMapsTest, Programs) {
    declare("p", "program", "-a. /bin/x one two");
    answer_ = ProgramAnswer{"line of %0", 0, 0};
    EXPECT_EQ(ask("p", "a \"B\""), "line of a B.");
    EXPECT_EQ(asked_, "/bin/x|one|two|a B");
    answer_ = ProgramAnswer{"ignored", 75, 0};
    EXPECT_EQ(ask("p", "k"), "error 75");
    answer_ = ProgramAnswer{"ignored", 67, 0};
    EXPECT_EQ(ask("p", "k"), "absent");
    EXPECT_EQ(maps_["p"]->absent_status(), 67);
    // Killed: nobody decided anything.
    answer_ = ProgramAnswer{"ignored", 0, 9};
    EXPECT_EQ(ask("p", "k"), "error 69");
    EXPECT_EQ(said_, "prog_map_lookup(p): child died on signal 9\n");
    answer_ = make_error(Exit::kConfig, "cannot be run");
    EXPECT_EQ(ask("p", "k"), "error 78");
    environment_.run_program = nullptr;
    EXPECT_EQ(ask("p", "k"), "error 75");
}

// The first value counts; "absent" only when each of them said so.
TEST_F(SmallMapsTest, Sequences) {
    declare("none", "null", "");
    declare("fails", "fail", "");
    declare("has", "arpa", "");
    declare("s1", "sequence", "fails has none");
    declare("s2", "sequence", "none fails none");
    declare("s3", "sequence", "none unknown none");
    EXPECT_EQ(said_, "Sequence map s3: unknown member map unknown\n");
    EXPECT_EQ(ask("s1", "1.2.3.4"), "4.3.2.1");
    EXPECT_EQ(ask("s1", "x"), "error 75");
    EXPECT_EQ(ask("s2", "x"), "error 75");
    EXPECT_EQ(ask("s3", "x"), "absent");
}

TEST_F(SmallMapsTest, DebugWritesALineForEachLookup) {
    const std::string path =
        (std::filesystem::temp_directory_path() / cat("sm-debug-map.", ::getpid())).string();
    ASSERT_TRUE(log_open_file(path, "test").ok());
    declare("has", "arpa", "");
    declare("fails", "fail", "on purpose");
    declare("d", "debug", "has");
    declare("df", "debug", "fails");
    EXPECT_EQ(ask("d", "1.2.3.4"), "4.3.2.1");
    EXPECT_EQ(ask("d", "x"), "absent");
    EXPECT_EQ(ask("df", "x"), "error 75");
    log_open_syslog("test");
    const auto text = read_file(path);
    std::filesystem::remove(path);
    ASSERT_TRUE(text.ok());
    for (const char* line : {"map d: has(\"1.2.3.4\") => \"4.3.2.1\", ",
                             "map d: has(\"x\") => absent, ",
                             "map df: fails(\"x\") => cannot tell: map fails of class fail: on "
                             "purpose, "}) {
        EXPECT_NE(text->find(line), std::string::npos) << line;
    }
}

}  // namespace
}  // namespace sm
