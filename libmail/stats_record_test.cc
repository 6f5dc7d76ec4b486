#include "libmail/stats_record.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(StatsRecord, LayoutOfTheReference) {
    StatsRecord record;
    record.since = 0x6b03f7e1;
    record.connections_in = 0x48;
    record.connections_out = 0x1a;
    record.connections_rejected = 0x1e;
    record.messages_from[8] = 0x44;
    record.quarantined[24] = 7;
    const std::string data = encode_stats(record);
    ASSERT_EQ(data.size(), kStatsFileSize);
    EXPECT_EQ(data.substr(0, 8), std::string("\xde\xb1\x01\0\x04\0\0\0", 8));
    EXPECT_EQ(data.substr(8, 8), std::string("\xe1\xf7\x03\x6b\0\0\0\0", 8));
    EXPECT_EQ(data.substr(16, 2), "\xa8\x05");
    EXPECT_EQ(data[0x18], 0x48);
    EXPECT_EQ(data[0x70], 0x44);
    EXPECT_EQ(data[1448 - 8], 7);
}

TEST(StatsRecord, RoundTripAndSum) {
    StatsRecord one;
    one.since = 5;
    one.kbytes_to[0] = 1LL << 40;
    one.rejected[3] = 2;
    StatsRecord again;
    ASSERT_EQ(decode_stats(encode_stats(one), &again), StatsProblem::kNone);
    EXPECT_EQ(again.since, 5);
    again.add(one);
    EXPECT_EQ(again.kbytes_to[0], 2LL << 40);
    EXPECT_EQ(again.rejected[3], 4);
    EXPECT_TRUE(again.has_counts());
    EXPECT_FALSE(StatsRecord{}.has_counts());
}

TEST(StatsRecord, WhatIsNotAStatisticsFile) {
    StatsRecord record;
    EXPECT_EQ(decode_stats("", &record), StatsProblem::kEmpty);
    EXPECT_EQ(decode_stats("root", &record), StatsProblem::kMagic);
    EXPECT_EQ(decode_stats("x", &record), StatsProblem::kMagic);
    std::string data = encode_stats(StatsRecord{});
    EXPECT_EQ(decode_stats(data.substr(0, 100), &record), StatsProblem::kSize);
    std::string resized = data;
    resized[16] = 1;
    EXPECT_EQ(decode_stats(resized, &record), StatsProblem::kSize);
    data[4] = 3;
    EXPECT_EQ(decode_stats(data, &record), StatsProblem::kVersion);
    EXPECT_EQ(decode_stats(data.substr(0, 100), &record), StatsProblem::kVersion);
    EXPECT_EQ(stats_version(data), 3);
    EXPECT_EQ(decode_stats(data.substr(0, 4), &record), StatsProblem::kVersion);
    EXPECT_EQ(stats_version(data.substr(0, 4)), 0);
}

TEST(StatsRecord, MoreBehindTheRecordIsIgnored) {
    StatsRecord record;
    record.rejected[2] = 9;
    StatsRecord again;
    ASSERT_EQ(decode_stats(encode_stats(record) + "xx", &again), StatsProblem::kNone);
    EXPECT_EQ(again.rejected[2], 9);
}

TEST(StatsRecord, KilobytesAreRoundedUp) {
    EXPECT_EQ(stats_kbytes(0), 0);
    EXPECT_EQ(stats_kbytes(1), 1);
    EXPECT_EQ(stats_kbytes(1024), 1);
    EXPECT_EQ(stats_kbytes(1025), 2);
}

}  // namespace
}  // namespace sm
