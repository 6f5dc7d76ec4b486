#include "vacation/reply_database.h"

#include <gtest/gtest.h>

#include "libsm/test_folder.h"

namespace sm {
namespace {

class ReplyDatabaseTest : public testing::Test {
  protected:
    [[nodiscard]] ReplyDatabase database() const { return ReplyDatabase(directory_ + "/db"); }
    const TestFolder folder_;
    const std::string& directory_ = folder_.path();
};

constexpr std::int64_t kNow = 1800000000;
constexpr std::int64_t kDay = 86400;

TEST_F(ReplyDatabaseTest, OnceAWeek) {
    const ReplyDatabase db = database();
    EXPECT_TRUE(*db.is_due("a@b", kNow));  // no file yet
    ASSERT_TRUE(db.initialize({}).ok());
    EXPECT_TRUE(*db.is_due("a@b", kNow));
    ASSERT_TRUE(db.note_answer("a@b", kNow).ok());
    EXPECT_FALSE(*db.is_due("A@B", kNow + 7 * kDay - 1));
    EXPECT_TRUE(*db.is_due("a@b", kNow + 7 * kDay));
    EXPECT_TRUE(*db.is_due("c@b", kNow));
}

TEST_F(ReplyDatabaseTest, OtherIntervals) {
    const ReplyDatabase db = database();
    ASSERT_TRUE(db.initialize(3 * kDay).ok());
    ASSERT_TRUE(db.note_answer("a@b", kNow).ok());
    EXPECT_TRUE(*db.is_due("a@b", kNow + 3 * kDay));
    ASSERT_TRUE(db.initialize(0).ok());
    ASSERT_TRUE(db.note_answer("a@b", kNow).ok());
    EXPECT_FALSE(*db.is_due("a@b", kNow + 1000 * kDay));
}

TEST_F(ReplyDatabaseTest, Exclusions) {
    const ReplyDatabase db = database();
    ASSERT_TRUE(db.initialize({}).ok());
    ASSERT_TRUE(db.exclude({"no@x", "@dom.test"}).ok());
    EXPECT_FALSE(*db.is_due("no@x", kNow));
    EXPECT_FALSE(*db.is_due("u@DOM.test", kNow));
    EXPECT_TRUE(*db.is_due("u@sub.dom.test", kNow));
    std::string shown;
    ASSERT_TRUE(db.list([&](std::string_view address, std::int64_t time) {
                      shown += std::string(address) + (time == 0 ? "!" : "?");
                  }).ok());
    EXPECT_EQ(shown.size(), std::string("no@x!@dom.test!").size());
}

}  // namespace
}  // namespace sm
