#include "libmap/alias_map.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

using Value = std::optional<std::string>;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Has "@" from the lookup of number `complete_after` on, and a value for everything else.
class WrittenDatabase final : public Map {
  public:
    WrittenDatabase(std::string path, int complete_after)
        : path_(std::move(path)), complete_after_(complete_after) {
        set_identity("aliases", "hash");
    }

    Result<Value> lookup(std::string_view key, const MapArgs&, Deadline) override {
        if (unreadable) return make_error(Exit::kTempFail, "cannot be read");
        if (key != "@") return Value(cat("value ", marks_asked));
        return ++marks_asked > complete_after_ ? Value("@") : Value();
    }
    [[nodiscard]] std::vector<std::string> files() const override { return {path_}; }

    int marks_asked = 0;
    bool unreadable = false;

  private:
    std::string path_;
    int complete_after_;
};

class AliasMapTest : public testing::Test {
  protected:
    void SetUp() override {
        std::ofstream(path_) << "x";
        environment_.report = [this](std::string_view text) { said_.emplace_back(text); };
    }

    void make(int complete_after, seconds patience) {
        auto database = std::make_unique<WrittenDatabase>(path_, complete_after);
        database_ = database.get();
        map_ = make_alias_map({std::move(database)}, patience, environment_);
    }
    Result<Value> look_up(Deadline deadline = Deadline::never()) {
        return map_->lookup("a", {}, deadline);
    }
    void set_age(seconds age) const {
        std::filesystem::last_write_time(path_,
                                         std::filesystem::file_time_type::clock::now() - age);
    }
    [[nodiscard]] std::vector<std::string> out_of_date() const {
        return {cat("Warning: alias database ", path_, " out of date")};
    }

    const TestFolder folder_;
    const std::string path_ = folder_.path() + "/aliases.db";
    MapEnvironment environment_;
    std::vector<std::string> said_;
    WrittenDatabase* database_ = nullptr;
    std::unique_ptr<Map> map_;
};

TEST_F(AliasMapTest, CompleteDatabaseIsAskedForItsMarkOnce) {
    make(0, hours(1));
    EXPECT_EQ(*look_up(), "value 1");
    EXPECT_EQ(*look_up(), "value 1");
    EXPECT_TRUE(said_.empty());
}

TEST_F(AliasMapTest, DatabaseThatIsBeingWrittenIsWaitedFor) {
    make(2, hours(1));
    EXPECT_EQ(*look_up(), "value 3");
    EXPECT_TRUE(said_.empty());
}

TEST_F(AliasMapTest, ProbeWaitsToo) {
    make(1, hours(1));
    EXPECT_EQ(map_->probe("a", {}, Deadline::never()).value, "value 2");
}

TEST_F(AliasMapTest, OneThatNobodyWritesIsUsedAndToldOfOnce) {
    make(1000, hours(1));
    set_age(hours(2));
    EXPECT_EQ(*look_up(), "value 1");
    EXPECT_EQ(*look_up(), "value 1");
    EXPECT_EQ(said_, out_of_date());
    set_age(hours(3));  // another one
    EXPECT_EQ(*look_up(), "value 2");
}

TEST_F(AliasMapTest, PatienceEnds) {
    make(1000, seconds(1));
    EXPECT_TRUE(look_up().ok());
    EXPECT_EQ(said_, out_of_date());
}

// The file has not changed when it can be read again.
TEST_F(AliasMapTest, OneThatCouldNotBeReadIsWaitedForAfterwards) {
    make(1, hours(1));
    database_->unreadable = true;
    EXPECT_FALSE(look_up().ok());
    database_->unreadable = false;
    EXPECT_EQ(*look_up(), "value 2");
}

TEST_F(AliasMapTest, WithoutTimeToWaitItCannotTell) {
    make(1000, hours(1));
    const auto answer = look_up(Deadline::in(milliseconds(1)));
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, Exit::kTempFail);
}

TEST_F(AliasMapTest, WithoutAliasWaitNothingIsAskedOrTold) {
    make(1000, seconds(0));
    EXPECT_EQ(*look_up(), "value 0");
    EXPECT_TRUE(said_.empty());
}

}  // namespace
}  // namespace sm
