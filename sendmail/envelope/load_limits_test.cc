#include "sendmail/envelope/load_limits.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(LoadLimits, MessagesWaitByPriority) {
    Options options;
    options.queue_la = 10;
    options.queue_factor = 600'000;
    EXPECT_FALSE(waits_for_load(options, {}, 5'000'000, 9));
    EXPECT_FALSE(waits_for_load(options, {}, 600'000, 10));
    EXPECT_TRUE(waits_for_load(options, {}, 600'001, 10));
    EXPECT_FALSE(waits_for_load(options, {}, 300'000, 11));
    EXPECT_TRUE(waits_for_load(options, {}, 300'001, 11));
    options.queue_factor = 0;
    EXPECT_TRUE(waits_for_load(options, {}, 1, 10));
    EXPECT_FALSE(waits_for_load(options, {}, 1, 9));
}

TEST(LoadLimits, DaemonsHaveTheirOwn) {
    Options options;
    options.queue_la = 10;
    options.queue_factor = 0;
    EXPECT_TRUE(waits_for_load(options, 3, 1, 3));
    EXPECT_FALSE(waits_for_load(options, 20, 1, 19));
    EXPECT_TRUE(waits_for_load(options, 0, 1, 0));
    EXPECT_EQ(refuse_load_limit(options, 7), 7);
    EXPECT_EQ(refuse_load_limit(options, 0), std::nullopt);
    EXPECT_EQ(delay_load_limit(options, 5), 5);
}

TEST(LoadLimits, WhatIsNotSetDependsOnTheMachine) {
    Options options;
    const std::int64_t queue = queue_load_limit(options, {});
    EXPECT_GE(queue, 8);
    EXPECT_EQ(queue % 8, 0);
    EXPECT_EQ(refuse_load_limit(options, {}), queue / 8 * 12);
    EXPECT_EQ(delay_load_limit(options, {}), std::nullopt);
    options.refuse_la = 0;
    options.queue_la = 0;
    EXPECT_EQ(refuse_load_limit(options, {}), std::nullopt);
    EXPECT_EQ(queue_load_limit(options, {}), 0);
}

TEST(LoadLimits, QueueRunWaitsWhereItsMostUrgentMessageWould) {
    Options options;
    options.queue_la = 1;
    options.queue_factor = 600'000;
    options.recipient_factor = 30'000;
    EXPECT_FALSE(run_waits_for_load(options, 0));
    EXPECT_FALSE(run_waits_for_load(options, 20));
    EXPECT_TRUE(run_waits_for_load(options, 21));
}

}  // namespace
}  // namespace sm
