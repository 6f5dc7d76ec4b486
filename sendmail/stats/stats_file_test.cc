#include "sendmail/stats/stats_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"

namespace sm {
namespace {

class StatisticsTest : public testing::Test {
  protected:
    void SetUp() override { config_.options.status_file = path_; }
    void TearDown() override { ::unlink(path_.c_str()); }
    StatsRecord read() {
        StatsRecord record;
        EXPECT_EQ(decode_stats(read_file(path_).value(), &record), StatsProblem::kNone);
        return record;
    }
    std::string path_ = cat(testing::TempDir(), "stats_file_test.", ::getpid());
    Config config_;
};

TEST_F(StatisticsTest, FileIsNotMade) {
    Statistics statistics;
    statistics.connection_in();
    EXPECT_TRUE(statistics.post(config_, system_clock()).ok());
    EXPECT_NE(::access(path_.c_str(), F_OK), 0);
}

TEST_F(StatisticsTest, CountsAreAddedOnce) {
    ASSERT_TRUE(replace_file(path_, "", 0600).ok());
    Statistics statistics;
    statistics.message_from(3, 1025);
    statistics.message_to(8, 10);
    statistics.message_to(25, 10);
    statistics.message_to(-1, 10);
    statistics.rejected(8);
    ASSERT_TRUE(statistics.post(config_, system_clock()).ok());
    ASSERT_TRUE(statistics.post(config_, system_clock()).ok());
    statistics.message_from(3, 1);
    ASSERT_TRUE(statistics.post(config_, system_clock()).ok());
    const StatsRecord total = read();
    EXPECT_EQ(total.messages_from[3], 2);
    EXPECT_EQ(total.kbytes_from[3], 3);
    EXPECT_EQ(total.messages_to[8], 1);
    EXPECT_EQ(total.rejected[8], 1);
    EXPECT_GT(total.since, 0);
}

TEST_F(StatisticsTest, ForeignFileIsLeftAlone) {
    ASSERT_TRUE(replace_file(path_, "root:x:0:0\n", 0600).ok());
    Statistics statistics;
    statistics.connection_in();
    EXPECT_FALSE(statistics.post(config_, system_clock()).ok());
    EXPECT_EQ(read_file(path_).value(), "root:x:0:0\n");
}

TEST_F(StatisticsTest, ManyProcessesLoseNothing) {
    ASSERT_TRUE(replace_file(path_, "", 0600).ok());
    constexpr int kProcesses = 4;
    constexpr int kRounds = 25;
    for (int i = 0; i < kProcesses; ++i) {
        ASSERT_TRUE(spawn([this] {
                        Statistics statistics;
                        for (int round = 0; round < kRounds; ++round) {
                            statistics.connection_out();
                            if (!statistics.post(config_, system_clock()).ok()) return Exit::kIoErr;
                        }
                        return Exit::kOk;
                    }).ok());
    }
    for (int left = kProcesses; left > 0;) {
        if (const auto child = reap_any()) {
            EXPECT_EQ(child->exit_code, 0);
            --left;
        } else {
            sleep_for(std::chrono::milliseconds(2));
        }
    }
    EXPECT_EQ(read().connections_out, kProcesses * kRounds);
}

}  // namespace
}  // namespace sm
