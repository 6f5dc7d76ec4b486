#include "sendmail/runner/job_schedule.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

ScheduledJob job(int number, const char* destination, bool queue_run = true,
                 const char* group = "mqueue") {
    ScheduledJob out;
    out.id = QueueId(cat("6AN8RS5S00000", number));
    out.directory = "/q";
    out.destination = destination;
    out.group = group;
    out.options.queue_run = queue_run;
    return out;
}

int number_of(const std::optional<ScheduledJob>& one) {
    return one ? one->id.str().back() - '0' : -1;
}

TEST(JobSchedule, OrderAndUrgency) {
    JobSchedule schedule(0);
    EXPECT_TRUE(schedule.add(job(1, "a"), false));
    EXPECT_TRUE(schedule.add(job(2, "a"), false));
    EXPECT_TRUE(schedule.add(job(3, "a"), true));
    EXPECT_EQ(number_of(schedule.next()), 3);
    EXPECT_EQ(number_of(schedule.next()), 1);
    EXPECT_EQ(number_of(schedule.next()), 2);
    EXPECT_EQ(number_of(schedule.next()), -1);
}

TEST(JobSchedule, NothingTwice) {
    JobSchedule schedule(0);
    EXPECT_TRUE(schedule.add(job(1, "a"), false));
    EXPECT_FALSE(schedule.add(job(1, "a"), true));
    const auto running = schedule.next();
    EXPECT_FALSE(schedule.add(job(1, "a"), false));
    EXPECT_EQ(schedule.in_progress(), 1U);
    schedule.finished(*running);
    EXPECT_TRUE(schedule.add(job(1, "a"), false));
    ScheduledJob elsewhere = job(1, "a");
    elsewhere.directory = "/q2";
    EXPECT_TRUE(schedule.add(elsewhere, false));
}

// A dead destination with many jobs does not delay the others.
TEST(JobSchedule, FullDestinationLetsOthersPass) {
    JobSchedule schedule(2);
    for (int i = 1; i <= 4; ++i) EXPECT_TRUE(schedule.add(job(i, "dead"), false));
    EXPECT_TRUE(schedule.add(job(5, "alive"), false));
    const auto first = schedule.next();
    EXPECT_EQ(number_of(first), 1);
    EXPECT_EQ(number_of(schedule.next()), 2);
    EXPECT_EQ(number_of(schedule.next()), 5);
    EXPECT_EQ(number_of(schedule.next()), -1);
    EXPECT_EQ(schedule.waiting(), 2U);
    schedule.finished(*first);
    EXPECT_EQ(number_of(schedule.next()), 3);
    EXPECT_EQ(number_of(schedule.next()), -1);
}

TEST(JobSchedule, UnknownDestinationsHaveNoLimit) {
    JobSchedule schedule(1);
    EXPECT_TRUE(schedule.add(job(1, ""), false));
    EXPECT_TRUE(schedule.add(job(2, ""), false));
    EXPECT_EQ(number_of(schedule.next()), 1);
    EXPECT_EQ(number_of(schedule.next()), 2);
}

TEST(JobSchedule, GroupLimitIsForQueueRunsOnly) {
    JobSchedule schedule(0);
    schedule.set_group_limit("bulk", 1);
    EXPECT_TRUE(schedule.add(job(1, "a", true, "bulk"), false));
    EXPECT_TRUE(schedule.add(job(2, "b", true, "bulk"), false));
    EXPECT_TRUE(schedule.add(job(3, "c", false, "bulk"), true));
    const auto hint = schedule.next();
    EXPECT_EQ(number_of(hint), 3);
    const auto first = schedule.next();
    EXPECT_EQ(number_of(first), 1);
    EXPECT_EQ(number_of(schedule.next()), -1);
    schedule.finished(*first);
    EXPECT_EQ(number_of(schedule.next()), 2);
}

// A job released from one limit that then meets the other must not leave its place unused.
TEST(JobSchedule, TwoLimitsNeverStall) {
    JobSchedule schedule(1);
    schedule.set_group_limit("g1", 1);
    EXPECT_TRUE(schedule.add(job(1, "d", true, "other"), false));
    EXPECT_TRUE(schedule.add(job(2, "e", true, "g1"), false));
    EXPECT_TRUE(schedule.add(job(3, "d", true, "g1"), false));
    EXPECT_TRUE(schedule.add(job(4, "d", true, "other"), false));
    const auto one = schedule.next();
    const auto two = schedule.next();
    EXPECT_EQ(number_of(one), 1);
    EXPECT_EQ(number_of(two), 2);
    EXPECT_EQ(number_of(schedule.next()), -1);
    schedule.finished(*one);
    const auto four = schedule.next();
    EXPECT_EQ(number_of(four), 4);
    schedule.finished(*two);
    schedule.finished(*four);
    EXPECT_EQ(number_of(schedule.next()), 3);
    EXPECT_EQ(schedule.waiting(), 0U);
}

TEST(JobSchedule, ClearedJobsCanComeAgain) {
    JobSchedule schedule(1);
    for (int i = 1; i <= 3; ++i) EXPECT_TRUE(schedule.add(job(i, "a"), false));
    const auto running = schedule.next();
    EXPECT_EQ(number_of(schedule.next()), -1);
    schedule.clear_waiting();
    EXPECT_EQ(schedule.waiting(), 0U);
    EXPECT_EQ(schedule.in_progress(), 1U);
    EXPECT_TRUE(schedule.add(job(2, "a"), false));
    EXPECT_FALSE(schedule.add(job(1, "a"), false));
    schedule.finished(*running);
    EXPECT_EQ(number_of(schedule.next()), 2);
}

}  // namespace
}  // namespace sm
