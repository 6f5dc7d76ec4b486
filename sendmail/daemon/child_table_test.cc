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
    EXPECT_TRUE(table.ended(11));
    EXPECT_FALSE(table.ended(11));
    EXPECT_FALSE(table.ended(99));
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

TEST(ChildTableTest, AForkThatFailedLeavesNothingOpen) {
    ChildTable table(std::chrono::seconds(60));
    static_cast<void>(table.arrived("a", 100));
    table.gave_up("a");
    EXPECT_EQ(table.arrived("a", 100).connections, 1);
}

}  // namespace
}  // namespace sm
