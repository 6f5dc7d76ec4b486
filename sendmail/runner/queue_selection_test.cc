#include "sendmail/runner/queue_selection.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

JobSummary job(const char* id, const char* sender, std::vector<std::string> recipients) {
    JobSummary out;
    out.id = QueueId(id);
    out.sender = sender;
    out.recipients = std::move(recipients);
    return out;
}

const JobSummary kJob = job("6AN8RS5S017362", "<Alice@x.test>", {"<u@Remote.test>", "<v@b.test>"});

struct SelectionCase {
    const char* name;
    std::vector<std::string> words;
    bool selected;
};
class SelectionTest : public testing::TestWithParam<SelectionCase> {};
TEST_P(SelectionTest, Matches) {
    QueueSelection selection;
    for (const std::string& word : GetParam().words) ASSERT_TRUE(selection.add(word).ok());
    EXPECT_EQ(selection.matches_job(kJob), GetParam().selected);
}
INSTANTIATE_TEST_SUITE_P(
    All, SelectionTest,
    testing::Values(SelectionCase{"Nothing", {}, true},
                    SelectionCase{"RecipientAnyCase", {"Rremote.TEST"}, true},
                    SelectionCase{"SecondRecipient", {"Rv@b"}, true},
                    SelectionCase{"NotThisRecipient", {"!Rremote"}, false},
                    SelectionCase{"NotAnotherRecipient", {"!Rnowhere"}, true},
                    SelectionCase{"IdIsCaseSensitive", {"I6an8"}, false},
                    SelectionCase{"PartOfId", {"IRS5S"}, true},
                    SelectionCase{"Sender", {"Salice"}, true},
                    SelectionCase{"AlternativesOfALetter", {"Rnowhere", "Rremote"}, true},
                    SelectionCase{"AllLettersMustMatch", {"Rremote", "Sbob"}, false},
                    SelectionCase{"NegatedBesidePlain", {"Rremote", "!Rb.test"}, false}),
    [](const testing::TestParamInfo<SelectionCase>& tp) { return tp.param.name; });

TEST(QueueSelectionTest, KindsAndGroups) {
    QueueSelection selection;
    ASSERT_TRUE(selection.add("Gbulk").ok());
    ASSERT_TRUE(selection.add("Q").ok());
    EXPECT_EQ(selection.group, "bulk");
    EXPECT_EQ(selection.kind, JobKind::kQuarantined);
    EXPECT_FALSE(selection.is_subset());
    ASSERT_TRUE(selection.add("L").ok());
    EXPECT_EQ(selection.kind, JobKind::kLost);
    EXPECT_FALSE(selection.add("X").ok());
    EXPECT_FALSE(selection.add("!").ok());
    EXPECT_FALSE(selection.add("").ok());
}

TEST(QueueSelectionTest, Etrn) {
    EXPECT_TRUE(etrn_selection("remote.test").matches_job(kJob));
    EXPECT_FALSE(etrn_selection("mote.test").matches_job(kJob));
    EXPECT_TRUE(etrn_selection("@mote.test").matches_job(kJob));
    EXPECT_EQ(etrn_selection("#bulk").group, "bulk");
    EXPECT_FALSE(etrn_selection("#bulk").is_subset());
}

TEST(RetryTime, DoublesUpToTheMaximum) {
    Options options;
    JobSummary one = kJob;
    EXPECT_EQ(retry_time(one, options), 0);  // never tried
    one.last_attempt = 1000;
    one.attempts = 1;
    EXPECT_EQ(retry_time(one, options), 1000);
    options.min_queue_age = std::chrono::seconds(300);
    EXPECT_EQ(retry_time(one, options), 1300);
    one.attempts = 4;
    EXPECT_EQ(retry_time(one, options), 1300);
    options.max_queue_age = std::chrono::seconds(2000);
    EXPECT_EQ(retry_time(one, options), 1000 + 2000);
    one.attempts = 2;
    EXPECT_EQ(retry_time(one, options), 1000 + 600);
    one.attempts = 2000000;
    EXPECT_EQ(retry_time(one, options), 1000 + 2000);
}

std::string order_of(QueueSortOrder order) {
    std::vector<JobSummary> jobs;
    for (int i = 0; i < 4; ++i) {
        JobSummary one = job(cat("6AN8RS5S00000", 3 - i).c_str(), "", {});
        one.priority = (i * 7) % 4;
        one.created = (i * 5 + 1) % 4;
        one.modified = (i * 3 + 2) % 4;
        one.first_host = cat("h", (i + 2) % 4);
        one.attempts = i;
        jobs.push_back(one);
    }
    sort_jobs(jobs, order);
    std::string out;
    for (const JobSummary& one : jobs) out += cat(one.attempts);
    return out;
}

TEST(SortJobs, EveryOrder) {
    EXPECT_EQ(order_of(QueueSortOrder::kNone), "0123");
    EXPECT_EQ(order_of(QueueSortOrder::kPriority), "0321");
    EXPECT_EQ(order_of(QueueSortOrder::kHost), "2301");
    EXPECT_EQ(order_of(QueueSortOrder::kFilename), "3210");
    EXPECT_EQ(order_of(QueueSortOrder::kTime), "3012");
    EXPECT_EQ(order_of(QueueSortOrder::kModification), "2103");
    std::string random = order_of(QueueSortOrder::kRandom);
    std::sort(random.begin(), random.end());
    EXPECT_EQ(random, "0123");
}

TEST(PlanRun, SelectionIgnoresRetryTimes) {
    Options options;
    options.min_queue_age = std::chrono::seconds(300);
    JobSummary young = kJob;
    young.attempts = 1;
    young.last_attempt = 1000;
    EXPECT_TRUE(plan_run({young}, {}, options, 1200, 0).empty());
    EXPECT_EQ(plan_run({young}, {}, options, 1300, 0).size(), 1U);
    QueueSelection selection;
    ASSERT_TRUE(selection.add("Ralice").ok());
    EXPECT_TRUE(plan_run({young}, selection, options, 1200, 0).empty());
    ASSERT_TRUE(selection.add("Rremote").ok());
    EXPECT_EQ(plan_run({young}, selection, options, 1200, 0).size(), 1U);
}

TEST(PlanRun, LimitTakesTheFirstOfTheDirectory) {
    Options options;
    std::vector<JobSummary> jobs = {kJob, kJob, kJob};
    jobs[0].priority = 9;
    jobs[1].priority = 5;
    jobs[2].priority = 1;
    const auto plan = plan_run(jobs, {}, options, 0, 2);
    ASSERT_EQ(plan.size(), 2U);
    EXPECT_EQ(plan[0].priority, 5);
    EXPECT_EQ(plan[1].priority, 9);
}

}  // namespace
}  // namespace sm
