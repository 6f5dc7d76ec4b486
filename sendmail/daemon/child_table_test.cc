#include "sendmail/daemon/child_table.h"

#include "gtest/gtest.h"

namespace sm {
namespace {

TEST(ChildTableTest, CountsByAddressAndSocket) {
    ChildTable table(std::chrono::seconds(60));
    EXPECT_EQ(table.arrived("a", 100).connections, 1);
    table.add(11, 0, "a");
    const ClientCounts second = table.arrived("a", 101);
    EXPECT_EQ(second.connections, 2);
    EXPECT_EQ(second.rate, 2);
    table.add(12, 1, "a");
    EXPECT_EQ(table.arrived("b", 101).total_rate, 3);
    EXPECT_EQ(table.sessions(), 2);
    EXPECT_EQ(table.sessions_of(1), 1);
    EXPECT_EQ(table.arrivals_in(101), 2);
}

TEST(ChildTableTest, EndedSessionsAreForgottenRatesAreNot) {
    ChildTable table(std::chrono::seconds(60));
    static_cast<void>(table.arrived("a", 100));
    table.add(11, 0, "a");
    EXPECT_TRUE(table.ended(11, false, 110));
    EXPECT_FALSE(table.ended(11, false, 110));
    EXPECT_FALSE(table.ended(99, false, 110));
    const ClientCounts next = table.arrived("a", 120);
    EXPECT_EQ(next.connections, 1);
    EXPECT_EQ(next.rate, 2);
}

TEST(ChildTableTest, TheWindowMoves) {
    ChildTable table(std::chrono::seconds(60));
    static_cast<void>(table.arrived("a", 100));
    const ClientCounts later = table.arrived("a", 161);
    EXPECT_EQ(later.rate, 1);
    EXPECT_EQ(later.total_rate, 1);
}

TEST(ChildTableTest, GuessedPasswordsAreRememberedForTheAddress) {
    ChildTable table(std::chrono::seconds(60));
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(table.arrived("a", 100 + i).failed_auth, i);
        table.add(11, 0, "a");
        EXPECT_TRUE(table.ended(11, true, 100 + i));
    }
    EXPECT_EQ(table.arrived("b", 103).failed_auth, 0);
    EXPECT_EQ(table.arrived("a", 103).failed_auth, 3);
    EXPECT_EQ(table.arrived("a", 701).failed_auth, 1);
    EXPECT_EQ(table.arrived("a", 1000).failed_auth, 0);
}

TEST(ChildTableTest, AForkThatFailedLeavesNothingOpen) {
    ChildTable table(std::chrono::seconds(60));
    static_cast<void>(table.arrived("a", 100));
    table.gave_up("a");
    EXPECT_EQ(table.arrived("a", 100).connections, 1);
}

}  // namespace
}  // namespace sm
