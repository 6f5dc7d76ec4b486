#include "sendmail/server/bad_client.h"

#include "gtest/gtest.h"

namespace sm {
namespace {

using Kind = BadClient::Kind;

TEST(BadClientTest, WaitsDoubleFromTheLimitOn) {
    BadClient client(20);
    EXPECT_EQ(client.count(Kind::kHelo).wait.count(), 0);
    EXPECT_EQ(client.count(Kind::kHelo).wait.count(), 0);
    const auto third = client.count(Kind::kHelo);
    EXPECT_EQ(third.wait, std::chrono::seconds(1));
    EXPECT_TRUE(third.first_time);
    EXPECT_EQ(third.count, 3);
    const auto fourth = client.count(Kind::kHelo);
    EXPECT_EQ(fourth.wait, std::chrono::seconds(2));
    EXPECT_FALSE(fourth.first_time);
    EXPECT_FALSE(fourth.hang_up);
}

TEST(BadClientTest, TwiceTheLimitIsTheEnd) {
    BadClient client(20);
    for (int i = 0; i < 6; ++i) EXPECT_FALSE(client.count(Kind::kHelo).hang_up);
    EXPECT_TRUE(client.count(Kind::kHelo).hang_up);
}

TEST(BadClientTest, EarlierSessionsCount) {
    BadClient client(20);
    client.remember(Kind::kAuth, 4);
    const auto fifth = client.count(Kind::kAuth);
    EXPECT_TRUE(fifth.first_time);
    EXPECT_EQ(fifth.wait, std::chrono::seconds(1));
    BadClient old_friend(20);
    old_friend.remember(Kind::kAuth, 1000);
    const auto next = old_friend.count(Kind::kAuth);
    EXPECT_EQ(next.wait, std::chrono::seconds(32));
    EXPECT_FALSE(next.hang_up);
    EXPECT_TRUE(old_friend.count(Kind::kAuth).hang_up);
}

TEST(BadClientTest, KindsAreCountedApartAndZeroIsNoLimit) {
    BadClient client(0);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(client.count(Kind::kNoop).wait.count(), 0);
    EXPECT_EQ(client.count(Kind::kEtrn).count, 1);
}

TEST(BadClientTest, TheTwentySixthBadCommandIsTheLast) {
    BadClient client(20);
    for (int i = 0; i < 25; ++i) EXPECT_FALSE(client.count_bad_command());
    EXPECT_TRUE(client.count_bad_command());
}

}  // namespace
}  // namespace sm
