// What test/t-850-small-maps does not reach: programs that end otherwise, maps in order, the log of
// class debug.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
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

bool write_file(const std::string& path, std::string_view text) {
    std::ofstream out(path, std::ios::trunc);
    out << text;
    return out.good();
}

TEST_F(SmallMapsTest, WhatStandsInForAnAnswerIsNoneInASequenceEither) {
    declare("p", "program", "-T<later> /bin/x");
    declare("q", "program", "/bin/x");
    declare("s", "sequence", "p q");
    answer_ = make_error(Exit::kTempFail, "no program");
    EXPECT_EQ(ask("s", "a"), "a<later>");
    ASSERT_NE(maps_["s"]->masked_failure(), nullptr);
    answer_ = ProgramAnswer{"found", 0, 0};
    EXPECT_EQ(ask("s", "a"), "found");
    EXPECT_EQ(maps_["s"]->masked_failure(), nullptr);
}

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
    for (const char* line :
         {"map d: has(\"1.2.3.4\") => \"4.3.2.1\", ", "map d: has(\"x\") => absent, ",
          "map df: fails(\"x\") => cannot tell: map fails of class fail: on "
          "purpose, "}) {
        EXPECT_NE(text->find(line), std::string::npos) << line;
    }
}

// Refused lines are told of; a file that changes is read again, one that is gone cannot tell.
TEST_F(SmallMapsTest, AliasTexts) {
    const std::string path = cat(::testing::TempDir(), "stab_test.", ::getpid());
    ASSERT_TRUE(write_file(path, "A: one\nb\nbad: x\n"));
    environment_.alias_key = [](std::string_view name, Deadline) -> Result<std::string> {
        if (name == "bad") return make_error(Exit::kDataErr, "bad... no");
        return lower(name);
    };
    declare("st", "stab", path.c_str());
    EXPECT_EQ(ask("st", "a"), "one");
    EXPECT_EQ(ask("st", "bad"), "absent");
    EXPECT_EQ(said_, cat(path, ": line 2: missing colon\n", path, ": line 3: bad... no\n", path,
                         ": 1 aliases, longest 3 bytes, 4 bytes total\n"));
    ASSERT_TRUE(write_file(path, "a: another\n"));
    EXPECT_EQ(ask("st", "a"), "another");
    std::filesystem::remove(path);
    EXPECT_EQ(ask("st", "a"), "error 75");
    declare("so", "stab", cat("-o ", path).c_str());
    EXPECT_EQ(ask("so", "a"), "absent");
}

}  // namespace
}  // namespace sm
