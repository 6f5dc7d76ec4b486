#include "sendmail/runner/worker.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"
#include "sendmail/runner/queue_sink.h"

namespace sm {
namespace {

class FakeClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t now() const override { return time; }
    std::int64_t time = 1795422448;
};

DeliveryResult result(Exit status, const char* dsn, const char* text) {
    DeliveryResult out;
    out.status = status;
    out.dsn = dsn;
    out.text = text;
    out.relay = "[127.0.0.1] [127.0.0.1]";
    return out;
}

// Resolves everything to one mailer; results are set by address.
class FakeParts final : public DeliveryParts {
  public:
    FakeParts() {
        mailer.name = "relay";
        mailer.path = "[IPC]";
        mailer.number = 8;
    }
    void begin_job(Envelope&) override {}
    Status expand(Envelope& envelope, Deadline) override {
        if (expand_error) return *expand_error;
        for (Recipient& recipient : envelope.recipients) {
            if (recipient.state != Recipient::State::kQueued) continue;
            recipient.target = Target{&mailer, "remote.test", recipient.address};
            const auto found = routing.find(recipient.address);
            if (found != routing.end()) {
                recipient.state = found->second.first;
                recipient.status = found->second.second;
                recipient.dsn = "5.1.1";
                recipient.status_text = "User unknown";
                recipient.refused_with = refused_with;
            }
        }
        return {};
    }
    void note(std::string_view line) override { append(said, line, '\n'); }
    void refused(std::string_view code, std::string_view text) override {
        append(said, code, text, '\n');
    }
    std::optional<ControllingUser> sender_account(Envelope&, const std::string& sender) override {
        if (sender != "owner") return {};
        return ControllingUser{"owner", 7, 8, sender};
    }
    // One batch per recipient, so that checkpoints are seen.
    std::vector<Batch> batches(Envelope& envelope) override {
        std::vector<Batch> out;
        for (Recipient& recipient : envelope.recipients) {
            if (recipient.state != Recipient::State::kQueued || recipient.status != Exit::kOk) {
                continue;
            }
            if (together && !out.empty()) {
                out[0].recipients.push_back(&recipient);
            } else {
                out.push_back(Batch{&mailer, "remote.test", {&recipient}});
            }
        }
        return out;
    }
    std::vector<DeliveryResult> deliver(const Envelope&, const Batch& batch) override {
        std::vector<DeliveryResult> out;
        for (const Recipient* recipient : batch.recipients) {
            tried.push_back(recipient->address);
            const auto found = results.find(recipient->address);
            out.push_back(found != results.end() ? found->second
                                                 : result(Exit::kOk, "2.0.0", "Sent (ok)"));
        }
        if (on_deliver) on_deliver();
        return out;
    }
    Result<ReturnOutcome> send_report(ReturnRequest request) override {
        if (report_fails) return make_error(Exit::kTempFail, "no space");
        for (const Recipient* recipient : request.recipients) {
            reported.push_back(cat(static_cast<int>(request.kind), recipient->address));
        }
        transcript = request.transcript;
        ReturnOutcome outcome;
        outcome.id = QueueId("6AN8RS5S000099");
        outcome.subject_line = "DSN: User unknown";
        return outcome;
    }

    MailerSpec mailer;
    std::map<std::string, DeliveryResult> results;
    std::map<std::string, std::pair<Recipient::State, Exit>> routing;
    std::optional<Error> expand_error{};
    std::function<void()> on_deliver{};
    bool report_fails = false;
    bool together = false;
    int refused_with = 0;
    std::vector<std::string> tried;
    std::vector<std::string> reported;
    std::string transcript;
    std::string said;
};

class WorkerTest : public testing::Test {
  protected:
    void SetUp() override {
        QueueGroupSpec group;
        group.name = "mqueue";
        group.directories = {dir_};
        config_.queue_groups.push_back(group);
        ASSERT_TRUE(log_open_file(cat(dir_, ".log"), "t").ok());
        log_set_level(14);
    }
    void TearDown() override { std::filesystem::remove(cat(dir_, ".log")); }

    Job job(const std::vector<std::string>& recipients) {
        Envelope envelope;
        envelope.sender = "<a@x.test>";
        for (const std::string& address : recipients) {
            Recipient recipient;
            recipient.address = address;
            envelope.recipients.push_back(recipient);
        }
        EXPECT_TRUE(store_.begin(envelope).ok());
        EXPECT_TRUE(write_all(envelope.body_fd.get(), "body\n").ok());
        envelope.priority = 30000;
        auto committed = store_.commit(std::move(envelope));
        EXPECT_TRUE(committed.ok());
        return std::move(committed).value();
    }
    std::string qf(const Job& one) {
        const auto text = read_file(cat(dir_, "/qf", one.envelope.id.str()));
        return text.ok() ? text.value() : "";
    }
    std::string log() { return read_file(cat(dir_, ".log")).value(); }
    bool queue_empty() { return std::filesystem::is_empty(dir_); }

    const TestFolder folder_;
    const std::string& dir_ = folder_.path();
    FakeClock clock_;
    Config config_;
    QueueStore store_{config_, clock_};
    Statistics statistics_;
    FakeParts parts_;
    Worker worker_{config_, clock_, statistics_, parts_};
};

TEST_F(WorkerTest, DeliveredJobIsRemoved) {
    Job one = job({"<u@r>", "<v@r>"});
    parts_.together = true;
    const AttemptOutcome outcome = worker_.attempt(one, {});
    EXPECT_TRUE(outcome.removed);
    EXPECT_EQ(outcome.sent, 2U);
    EXPECT_TRUE(queue_empty());
    EXPECT_NE(log().find("to=<u@r>,<v@r>, delay=00:00:00, xdelay=00:00:00, mailer=relay, "
                         "pri=30000, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (ok)\n"),
              std::string::npos)
        << log();
    EXPECT_NE(log().find("done; delay=00:00:00, ntries=1"), std::string::npos);
    EXPECT_EQ(statistics_.counts().messages_to[8], 2);
}

TEST_F(WorkerTest, TemporaryFailureStaysQueued) {
    Job one = job({"<u@r>", "<t@r>"});
    parts_.results["<t@r>"] = result(Exit::kTempFail, "4.3.0", "Deferred: 451 try later");
    AttemptOptions options;
    options.queue_run = true;
    const AttemptOutcome outcome = worker_.attempt(one, options);
    EXPECT_FALSE(outcome.removed);
    EXPECT_EQ(outcome.deferred, 1U);
    const std::string text = qf(one);
    EXPECT_NE(text.find("\nN1\nP120000\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nMDeferred: 451 try later\n"), std::string::npos);
    EXPECT_EQ(text.find("<u@r>"), std::string::npos);
    EXPECT_NE(text.find("RPFD:<t@r>"), std::string::npos);
    EXPECT_TRUE(parts_.reported.empty());
}

TEST_F(WorkerTest, PermanentFailureIsReportedOnceAndGone) {
    Job one = job({"<bad@r>"});
    parts_.results["<bad@r>"] = result(Exit::kNoUser, "5.1.1", "User unknown");
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_EQ(parts_.reported, std::vector<std::string>{"0<bad@r>"});
    EXPECT_TRUE(queue_empty());
    EXPECT_NE(log().find(": 6AN8RS5S000099: DSN: User unknown\n"), std::string::npos);
}

TEST_F(WorkerTest, RefusedAddressHasNoDeliveryLine) {
    Job one = job({"<bad@r>"});
    parts_.routing["<bad@r>"] = {Recipient::State::kFailed, Exit::kUsage};
    parts_.refused_with = 550;
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_EQ(parts_.said, "550 5.1.1 <bad@r>... User unknown\n");
    EXPECT_NE(log().find(": <bad@r>... User unknown\n"), std::string::npos) << log();
    EXPECT_EQ(log().find("to=<bad@r>"), std::string::npos);
}

TEST_F(WorkerTest, UnknownMemberHasBothLines) {
    Job one = job({"<bad@r>"});
    parts_.routing["<bad@r>"] = {Recipient::State::kFailed, Exit::kNoUser};
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_NE(log().find(": <bad@r>... User unknown\n"), std::string::npos);
    EXPECT_NE(log().find(": to=<bad@r>, "), std::string::npos);
}

TEST_F(WorkerTest, TextOfTheQueueFileMayDifferFromTheLog) {
    Job one = job({"<t@r>"});
    DeliveryResult died = result(Exit::kTempFail, "4.0.0", "Deferred: later");
    died.message = "mailer prog died with signal 9";
    parts_.results["<t@r>"] = died;
    EXPECT_FALSE(worker_.attempt(one, {}).removed);
    EXPECT_NE(log().find("stat=Deferred: later\n"), std::string::npos);
    EXPECT_NE(qf(one).find("\nMmailer prog died with signal 9\n"), std::string::npos) << qf(one);
}

// The report could not be committed: the recipient is not forgotten.
TEST_F(WorkerTest, UnreportedFailureStaysInTheQueueFile) {
    Job one = job({"<bad@r>"});
    parts_.results["<bad@r>"] = result(Exit::kNoUser, "5.1.1", "User unknown");
    parts_.report_fails = true;
    EXPECT_FALSE(worker_.attempt(one, {}).removed);
    EXPECT_NE(qf(one).find("RPFD:<bad@r>"), std::string::npos);
}

TEST_F(WorkerTest, SoftBounceKeepsPermanentFailures) {
    config_.options.soft_bounce = true;
    Job one = job({"<bad@r>"});
    parts_.results["<bad@r>"] = result(Exit::kNoUser, "5.1.1", "User unknown");
    EXPECT_FALSE(worker_.attempt(one, {}).removed);
    EXPECT_TRUE(parts_.reported.empty());
}

// After every transaction with a next hop the queue file no longer names who was delivered.
TEST_F(WorkerTest, QueueFileIsRewrittenBetweenTransactions) {
    Job one = job({"<u@r>", "<v@r>", "<w@r>"});
    std::vector<std::string> seen;
    parts_.on_deliver = [&] { seen.push_back(qf(one)); };
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    ASSERT_EQ(seen.size(), 3U);
    EXPECT_NE(seen[0].find("<u@r>"), std::string::npos);
    EXPECT_EQ(seen[1].find("<u@r>"), std::string::npos);
    EXPECT_EQ(seen[2].find("<v@r>"), std::string::npos);
    EXPECT_NE(seen[2].find("<w@r>"), std::string::npos);
}

TEST_F(WorkerTest, ProgramsAreCheckpointedEveryFewDeliveries) {
    parts_.mailer.path = "/bin/mail";
    config_.options.checkpoint_interval = 2;
    Job one = job({"<a@r>", "<b@r>", "<c@r>", "<d@r>"});
    std::vector<std::string> seen;
    parts_.on_deliver = [&] { seen.push_back(qf(one)); };
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_NE(seen[1].find("<a@r>"), std::string::npos);
    EXPECT_EQ(seen[2].find("<b@r>"), std::string::npos);
    EXPECT_NE(seen[3].find("<c@r>"), std::string::npos);
}

TEST_F(WorkerTest, RoutingFailuresAreLoggedAndReported) {
    Job one = job({"<nosuch@l>", "<u@r>"});
    parts_.routing["<nosuch@l>"] = {Recipient::State::kFailed, Exit::kNoUser};
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_EQ(parts_.tried, std::vector<std::string>{"<u@r>"});
    EXPECT_EQ(parts_.reported, std::vector<std::string>{"0<nosuch@l>"});
    EXPECT_NE(log().find("to=<nosuch@l>, delay=00:00:00, mailer=relay, pri=30000, dsn=5.1.1, "
                         "stat=User unknown"),
              std::string::npos)
        << log();
}

TEST_F(WorkerTest, UnreadableAliasesDeferTheWholeMessage) {
    Job one = job({"<u@r>"});
    parts_.expand_error = make_error(Exit::kTempFail, "alias map unreadable");
    EXPECT_EQ(worker_.attempt(one, {}).deferred, 1U);
    EXPECT_TRUE(parts_.tried.empty());
    EXPECT_NE(qf(one).find("MDeferred: alias map unreadable"), std::string::npos);
}

TEST_F(WorkerTest, TooOldIsTriedOnceMoreAndReturned) {
    Job one = job({"<t@r>"});
    parts_.results["<t@r>"] = result(Exit::kTempFail, "4.3.0", "Deferred: x");
    clock_.time += 5 * 86400 + 1;
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_EQ(parts_.tried.size(), 1U);
    EXPECT_EQ(parts_.reported, std::vector<std::string>{"0<t@r>"});
    EXPECT_NE(log().find(": DSN: Cannot send message for 5 days\n"), std::string::npos);
    EXPECT_EQ(parts_.transcript,
              "Message could not be delivered for 5 days\nMessage will be deleted from queue\n");
}

TEST_F(WorkerTest, TooOldButDeliveredIsNotReturned) {
    Job one = job({"<u@r>"});
    clock_.time += 6 * 86400;
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_TRUE(parts_.reported.empty());
}

TEST_F(WorkerTest, ReturnNowDoesNotTry) {
    config_.options.timeouts.queuereturn_now = true;
    Job one = job({"<u@r>"});
    AttemptOptions options;
    options.queue_run = true;
    EXPECT_TRUE(worker_.attempt(one, options).removed);
    EXPECT_TRUE(parts_.tried.empty());
    EXPECT_EQ(parts_.reported, std::vector<std::string>{"0<u@r>"});
}

TEST_F(WorkerTest, WarningIsSentOnce) {
    config_.options.timeouts.queuewarn.normal = std::chrono::hours(4);
    Job one = job({"<t@r>"});
    one.envelope.recipients[0].notify.delay = true;
    parts_.results["<t@r>"] = result(Exit::kTempFail, "4.3.0", "Deferred: x");
    clock_.time += 4 * 3600;
    static_cast<void>(worker_.attempt(one, {}));
    EXPECT_TRUE(parts_.reported.empty());
    clock_.time += 1;
    static_cast<void>(worker_.attempt(one, {}));
    static_cast<void>(worker_.attempt(one, {}));
    EXPECT_EQ(parts_.reported, std::vector<std::string>{"1<t@r>"});
    EXPECT_NE(qf(one).find("\nFsw\n"), std::string::npos);
    EXPECT_NE(log().find(": sender notify: Warning: could not send message for past 4 hours\n"),
              std::string::npos);
}

TEST_F(WorkerTest, ReceiptOnlyWhereTheNextHopDoesNotTakeTheDuty) {
    Job one = job({"<u@r>", "<v@r>"});
    for (Recipient& recipient : one.envelope.recipients) recipient.notify.success = true;
    DeliveryResult capable = result(Exit::kOk, "2.0.0", "Sent");
    capable.dsn_capable = true;
    parts_.results["<v@r>"] = capable;
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_EQ(parts_.reported, std::vector<std::string>{"2<u@r>"});
}

TEST_F(WorkerTest, DeliverByReturn) {
    Job one = job({"<t@r>"});
    one.envelope.deliver_by = DeliverBy{'R', false, 60};
    parts_.results["<t@r>"] = result(Exit::kTempFail, "4.3.0", "Deferred: x");
    clock_.time += 60;
    EXPECT_FALSE(worker_.attempt(one, {}).removed);
    clock_.time += 1;
    EXPECT_TRUE(worker_.attempt(one, {}).removed);
    EXPECT_EQ(parts_.reported.size(), 1U);
}

struct HoldCase {
    const char* name;
    char flag;
    bool hold_expensive;
    bool queue_run;
    bool selected;
    bool tried;
};
class WorkerHold : public WorkerTest, public testing::WithParamInterface<HoldCase> {};
TEST_P(WorkerHold, Waits) {
    const HoldCase& c = GetParam();
    config_.options.hold_expensive = c.hold_expensive;
    parts_.mailer.flags.set(static_cast<unsigned char>(c.flag));
    Job one = job({"<u@r>"});
    AttemptOptions options;
    options.queue_run = c.queue_run;
    options.selected = c.selected;
    EXPECT_EQ(worker_.attempt(one, options).removed, c.tried);
    EXPECT_EQ(log().find("stat=queued") != std::string::npos, !c.tried);
}
INSTANTIATE_TEST_SUITE_P(All, WorkerHold,
                         testing::Values(HoldCase{"Expensive", 'e', true, false, false, false},
                                         HoldCase{"ExpensiveInRun", 'e', true, true, false, true},
                                         HoldCase{"OptionOff", 'e', false, false, false, true},
                                         HoldCase{"OnDemand", '%', false, true, false, false},
                                         HoldCase{"OnDemandChosen", '%', false, true, true, true}),
                         [](const testing::TestParamInfo<HoldCase>& tp) { return tp.param.name; });

TEST(QueueTimesTest, ByPrecedence) {
    Options options;
    options.timeouts.queuereturn = {std::chrono::seconds(1), std::chrono::seconds(2),
                                    std::chrono::seconds(3), std::chrono::seconds(4)};
    Envelope envelope;
    EXPECT_EQ(queue_times(envelope, options).give_up, 1);
    envelope.message_class = 100;
    EXPECT_EQ(queue_times(envelope, options).give_up, 2);
    envelope.message_class = -60;
    EXPECT_EQ(queue_times(envelope, options).give_up, 3);
    envelope.message_class = 0;
    envelope.is_response = true;
    EXPECT_EQ(queue_times(envelope, options).give_up, 4);
}

}  // namespace
}  // namespace sm
