#include "sendmail/queue/queue_store.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

class FakeClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t now() const override { return time; }
    std::int64_t time = ::time(nullptr);
};

// Fails the N-th operation on names with a chosen errno.
class FaultyFiles final : public QueueFiles {
  public:
    int fail_at = -1;
    int error = ENOSPC;
    int calls = 0;
    std::function<void(const std::string&)> before_link{};

    Result<UniqueFd> open(const std::string& d, const std::string& n, int flags,
                          mode_t mode) override {
        if ((flags & O_CREAT) != 0 && fails()) return os_error(n, error);
        return direct_queue_files().open(d, n, flags, mode);
    }
    Status link(const std::string& d, const std::string& from, const std::string& to) override {
        if (before_link) before_link(cat(d, '/', to));
        if (fails()) return os_error(from, error);
        return direct_queue_files().link(d, from, to);
    }
    Status rename(const std::string& d, const std::string& from, const std::string& to) override {
        if (fails()) return os_error(from, error);
        return direct_queue_files().rename(d, from, to);
    }
    Status unlink(const std::string& d, const std::string& n) override {
        if (fails()) return os_error(n, error);
        return direct_queue_files().unlink(d, n);
    }
    Status sync_directory(const std::string& d) override {
        if (fails()) return os_error(d, error);
        return direct_queue_files().sync_directory(d);
    }
    Result<std::vector<std::string>> list(const std::string& d) override {
        return direct_queue_files().list(d);
    }
    Result<struct stat> stat(const std::string& d, const std::string& n) override {
        return direct_queue_files().stat(d, n);
    }

  private:
    bool fails() { return calls++ == fail_at; }
};

class QueueStoreTest : public testing::Test {
  protected:
    void SetUp() override {
        QueueGroupSpec group;
        group.name = "mqueue";
        group.directories = {dir_};
        config_.queue_groups.push_back(group);
        ASSERT_TRUE(log_open_file(cat(dir_, ".log"), "t").ok());
    }
    void TearDown() override { std::filesystem::remove(cat(dir_, ".log")); }

    Envelope message(const std::string& body = "body\n") {
        Envelope envelope;
        envelope.sender = "<a@x.test>";
        Recipient recipient;
        recipient.address = "<u@Remote.Test>";
        envelope.recipients.push_back(recipient);
        HeaderField field;
        field.name = "Precedence";
        field.value = " bulk";
        field.from_message = true;
        envelope.headers.append(field);
        EXPECT_TRUE(store_.begin(envelope).ok());
        EXPECT_TRUE(write_all(envelope.body_fd.get(), body).ok());
        return envelope;
    }
    QueueId queued() {
        auto job = store_.commit(message());
        EXPECT_TRUE(job.ok());
        return job.value().envelope.id;
    }
    std::vector<std::string> names() {
        auto out = direct_queue_files().list(dir_).value();
        std::sort(out.begin(), out.end());
        return out;
    }
    [[nodiscard]] std::string path(std::string_view prefix, const QueueId& id) const {
        return cat(dir_, '/', prefix, id.str());
    }
    std::string log() { return read_file(cat(dir_, ".log")).value(); }

    const TestFolder folder_;
    const std::string& dir_ = folder_.path();
    FakeClock clock_;
    Config config_;
    FaultyFiles files_;
    QueueStore store_{config_, clock_, files_};
};

TEST_F(QueueStoreTest, CommittedJobIsThereAndLockedUntilDropped) {
    QueueId id;
    {
        auto job = store_.commit(message());
        ASSERT_TRUE(job.ok());
        id = job.value().envelope.id;
        EXPECT_EQ(names(), (std::vector<std::string>{"df" + id.str(), "qf" + id.str()}));
        const auto second = store_.open_job(id, dir_);
        ASSERT_TRUE(second.ok());
        EXPECT_FALSE(second.value().has_value());
    }
    auto job = store_.open_job(id, dir_);
    ASSERT_TRUE(job.ok());
    ASSERT_TRUE(job.value().has_value());
    EXPECT_EQ(job.value()->envelope.sender, "<a@x.test>");
    EXPECT_EQ(job.value()->envelope.body_size, 5);
    EXPECT_EQ(read_all(job.value()->envelope.body_fd.get()).value(), "body\n");
    EXPECT_EQ(job.value()->directory(), dir_);
    EXPECT_EQ(job.value()->envelope.queue_group, "mqueue");
    struct stat info {};
    ASSERT_EQ(::stat(path("qf", id).c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 07777, 0600U);
}

TEST_F(QueueStoreTest, CommitNotesHowReportsCallTheRecipient) {
    config_.macros.set("j", "mx.x.test");
    Envelope envelope = message();
    Recipient local;
    local.address = "daemon";
    envelope.recipients.push_back(local);
    local.address = "\"|exit 75\"";
    local.alias_of = "list";
    local.from_alias = true;
    envelope.recipients.push_back(local);
    const auto job = store_.commit(std::move(envelope));
    ASSERT_TRUE(job.ok());
    const std::string text = read_file(path("qf", job.value().envelope.id)).value();
    EXPECT_NE(text.find("rRFC822; u@Remote.Test\nRPFD:<u@Remote.Test>\n"
                        "rRFC822; daemon@mx.x.test\nRPFD:daemon\nRPFDA:\"|exit 75\"\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("\nFs\n"), std::string::npos);
}

TEST_F(QueueStoreTest, MspQueueIsGroupAccessible) {
    config_.options.use_msp = true;
    const mode_t old = ::umask(077);
    const QueueId id = queued();
    ::umask(old);
    for (const char* prefix : {"qf", "df"}) {
        struct stat info {};
        ASSERT_EQ(::stat(path(prefix, id).c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 07777, 0660U) << prefix;
    }
}

TEST_F(QueueStoreTest, SubdirectoriesAreUsedWhenPresent) {
    for (const char* name : {"/qf", "/df", "/xf"}) {
        std::filesystem::create_directory(dir_ + name);
    }
    const QueueId id = queued();
    EXPECT_TRUE(std::filesystem::exists(cat(dir_, "/qf/qf", id.str())));
    EXPECT_TRUE(std::filesystem::exists(cat(dir_, "/df/df", id.str())));
    auto job = store_.open_job(id, dir_);
    ASSERT_TRUE(job.ok() && job.value());
    ASSERT_TRUE(job.value()->rewrite().ok());
    ASSERT_TRUE(job.value()->remove().ok());
    EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/qf"));
    EXPECT_TRUE(std::filesystem::is_empty(dir_ + "/df"));
}

TEST_F(QueueStoreTest, GivenIdIsKeptUnlessTaken) {
    const QueueId id = store_.next_id();
    Envelope envelope;
    envelope.id = id;
    ASSERT_TRUE(store_.begin(envelope).ok());
    EXPECT_EQ(envelope.id, id);
    Envelope second;
    second.id = id;
    ASSERT_TRUE(store_.begin(second).ok());
    EXPECT_NE(second.id, id);
    store_.abandon(envelope);
    store_.abandon(second);
    EXPECT_TRUE(names().empty());
}

// A control file that appears between begin and commit is never replaced.
TEST_F(QueueStoreTest, ForeignControlFileIsNotReplaced) {
    Envelope envelope = message();
    const QueueId id = envelope.id;
    bool done = false;
    files_.before_link = [&](const std::string& target) {
        if (done) return;
        done = true;
        ASSERT_TRUE(replace_file(target, "foreign", 0600).ok());
    };
    auto job = store_.commit(std::move(envelope));
    ASSERT_TRUE(job.ok());
    EXPECT_NE(job.value().envelope.id, id);
    EXPECT_EQ(read_file(path("qf", id)).value(), "foreign");
    EXPECT_TRUE(std::filesystem::exists(path("df", job.value().envelope.id)));
    EXPECT_FALSE(std::filesystem::exists(path("df", id)));
    EXPECT_EQ(names().size(), 3U);
}

// Whatever call fails during commit: either the job is whole, or nothing deliverable is left and
// the envelope can be abandoned.
TEST_F(QueueStoreTest, EveryFailureOfCommitLeavesNothingDeliverable) {
    for (const int error : {ENOSPC, EIO, EMFILE}) {
        for (int n = 0;; ++n) {
            Envelope envelope = message();
            files_.calls = 0;
            files_.fail_at = n;
            files_.error = error;
            QueueStore fresh(config_, clock_, files_);
            auto job = fresh.commit(std::move(envelope));
            files_.fail_at = -1;
            if (job.ok()) {
                ASSERT_TRUE(job.value().remove().ok());
                EXPECT_TRUE(names().empty());
                if (files_.calls <= n) break;
                continue;
            }
            for (const std::string& name : names()) EXPECT_NE(name.substr(0, 2), "qf") << n;
            store_.abandon(envelope);
            for (const std::string& name : names()) {
                EXPECT_EQ(name.substr(0, 2), "tf") << n;
                std::filesystem::remove(cat(dir_, '/', name));
            }
        }
    }
}

TEST_F(QueueStoreTest, FailedQueueIsNotUsedAgain) {
    Envelope envelope = message();
    files_.calls = 0;
    files_.fail_at = 1;
    files_.error = EIO;
    EXPECT_FALSE(store_.commit(std::move(envelope)).ok());
    Envelope next;
    const Status begun = store_.begin(next);
    ASSERT_FALSE(begun.ok());
    EXPECT_EQ(begun.error().code, Exit::kTempFail);
    EXPECT_NE(log().find("failed"), std::string::npos);
}

TEST_F(QueueStoreTest, RewriteKeepsTheLock) {
    auto job = store_.commit(message());
    ASSERT_TRUE(job.ok());
    Envelope& envelope = job.value().envelope;
    envelope.attempts = 3;
    envelope.status_text = "Deferred";
    ASSERT_TRUE(job.value().rewrite().ok());
    EXPECT_EQ(names().size(), 2U);
    EXPECT_FALSE(store_.open_job(envelope.id, dir_).value().has_value());
    const std::string text = read_file(path("qf", envelope.id)).value();
    EXPECT_NE(text.find("\nN3\n"), std::string::npos);
    EXPECT_NE(text.find("\nI"), std::string::npos);
}

TEST_F(QueueStoreTest, FailedRewriteKeepsTheOldFile) {
    const QueueId id = queued();
    const std::string before = read_file(path("qf", id)).value();
    for (int n = 0; n < 2; ++n) {
        auto job = store_.open_job(id, dir_);
        ASSERT_TRUE(job.ok() && job.value());
        job.value()->envelope.attempts = 9;
        files_.calls = 0;
        files_.fail_at = n;
        EXPECT_FALSE(job.value()->rewrite().ok());
        files_.fail_at = -1;
        EXPECT_EQ(read_file(path("qf", id)).value(), before);
        EXPECT_EQ(names().size(), 2U);
    }
}

TEST_F(QueueStoreTest, QuarantineThereAndBack) {
    const QueueId id = queued();
    {
        auto job = store_.open_job(id, dir_);
        ASSERT_TRUE(job.ok() && job.value());
        job.value()->envelope.quarantine_reason = "held";
        ASSERT_TRUE(job.value()->rewrite().ok());
        EXPECT_EQ(names(), (std::vector<std::string>{"df" + id.str(), "hf" + id.str()}));
    }
    EXPECT_FALSE(store_.open_job(id, dir_).value().has_value());
    auto job = store_.open_job(id, dir_, JobKind::kQuarantined);
    ASSERT_TRUE(job.ok() && job.value());
    EXPECT_EQ(job.value()->envelope.quarantine_reason, "held");
    job.value()->envelope.quarantine_reason.clear();
    ASSERT_TRUE(job.value()->rewrite().ok());
    EXPECT_EQ(names(), (std::vector<std::string>{"df" + id.str(), "qf" + id.str()}));
}

TEST_F(QueueStoreTest, QuarantinedAtOnce) {
    Envelope envelope = message();
    envelope.quarantine_reason = "suspicious";
    const QueueId id = envelope.id;
    ASSERT_TRUE(store_.commit(std::move(envelope)).ok());
    EXPECT_EQ(names(), (std::vector<std::string>{"df" + id.str(), "hf" + id.str()}));
    EXPECT_EQ(store_.scan("", JobKind::kQuarantined).value().size(), 1U);
    EXPECT_TRUE(store_.scan("").value().empty());
}

// The lock of a file that was replaced meanwhile is worth nothing.
TEST_F(QueueStoreTest, LockIsRecheckedAfterOpen) {
    const QueueId id = queued();
    auto job = store_.open_job(id, dir_);
    ASSERT_TRUE(job.ok() && job.value());
    ASSERT_TRUE(job.value()->remove().ok());
    EXPECT_FALSE(store_.open_job(id, dir_).value().has_value());
}

struct Damage {
    const char* name;
    std::function<void(const std::string& qf, const std::string& df)> make;
    const char* message;
    bool lost_at_once;
};
class QueueDamage : public QueueStoreTest, public testing::WithParamInterface<Damage> {};

TEST_P(QueueDamage, IsNeverDeliveredAndLostAfterAnHour) {
    const QueueId id = queued();
    GetParam().make(path("qf", id), path("df", id));
    auto job = store_.open_job(id, dir_);
    ASSERT_TRUE(job.ok());
    EXPECT_FALSE(job.value().has_value());
    EXPECT_NE(log().find(GetParam().message), std::string::npos) << log();
    EXPECT_EQ(std::filesystem::exists(path("Qf", id)), GetParam().lost_at_once);
    clock_.time += 3601;
    ASSERT_TRUE(store_.open_job(id, dir_).ok());
    EXPECT_TRUE(std::filesystem::exists(path("Qf", id)));
    EXPECT_FALSE(std::filesystem::exists(path("qf", id)));
}
INSTANTIATE_TEST_SUITE_P(
    All, QueueDamage,
    testing::Values(Damage{"EmptyControl",
                           [](const std::string& qf, const std::string&) {
                               ASSERT_EQ(::truncate(qf.c_str(), 0), 0);
                           },
                           "incomplete queue file read", false},
                    Damage{"CutControl",
                           [](const std::string& qf, const std::string&) {
                               const std::string text = read_file(qf).value();
                               ASSERT_EQ(
                                   ::truncate(qf.c_str(), static_cast<off_t>(text.size()) - 2), 0);
                           },
                           "incomplete queue file read", false},
                    Damage{"NoBody",
                           [](const std::string&, const std::string& df) {
                               ASSERT_EQ(::unlink(df.c_str()), 0);
                           },
                           "readqf: cannot open ./df", false},
                    Damage{"EmptyBody",
                           [](const std::string&, const std::string& df) {
                               ASSERT_EQ(::truncate(df.c_str(), 0), 0);
                           },
                           "0 of 5 octets: cut", false},
                    Damage{"CutBody",
                           [](const std::string&, const std::string& df) {
                               ASSERT_EQ(::truncate(df.c_str(), 4), 0);
                           },
                           "4 of 5 octets: cut", false},
                    Damage{"WorldWritable",
                           [](const std::string& qf, const std::string&) {
                               ASSERT_EQ(::chmod(qf.c_str(), 0666), 0);
                           },
                           "bogus queue file, uid=", true},
                    Damage{"FutureVersion",
                           [](const std::string& qf, const std::string&) {
                               ASSERT_TRUE(replace_file(qf, "V9\n.\n", 0600).ok());
                           },
                           "unsupported queue file version", true}),
    [](const testing::TestParamInfo<Damage>& tp) { return tp.param.name; });

TEST_F(QueueStoreTest, NamesFromOutsideAreChecked) {
    EXPECT_FALSE(store_.open_job(QueueId("../../x"), dir_).ok());
    EXPECT_FALSE(store_.open_job(store_.next_id(), "/etc").ok());
}

// A commit killed between naming the job and removing the first name leaves both.
TEST_F(QueueStoreTest, LeftoverFirstNameIsRemoved) {
    const QueueId id = queued();
    std::filesystem::create_hard_link(path("qf", id), path("tf", id));
    auto job = store_.open_job(id, dir_);
    ASSERT_TRUE(job.ok() && job.value());
    EXPECT_FALSE(std::filesystem::exists(path("tf", id)));
}

TEST_F(QueueStoreTest, ScanTellsWhatOrderingAndListingNeed) {
    config_.precedences = {{"bulk", -60}};
    Envelope envelope = message();
    envelope.priority = 77;
    envelope.status_text = "Deferred: x";
    const QueueId id = envelope.id;
    auto job = store_.commit(std::move(envelope));
    ASSERT_TRUE(job.ok());
    ASSERT_TRUE(write_all(open_file(path("qf", QueueId("6AN8RS5S000001")), O_CREAT | O_WRONLY, 0600)
                              .value()
                              .get(),
                          "")
                    .ok());
    ASSERT_TRUE(replace_file(cat(dir_, "/qfnot-an-id"), "x", 0600).ok());
    auto jobs = store_.scan("mqueue");
    ASSERT_TRUE(jobs.ok());
    ASSERT_EQ(jobs.value().size(), 2U);
    const bool first = jobs.value()[0].id == id;
    const JobSummary& whole = jobs.value()[first ? 0 : 1];
    const JobSummary& empty = jobs.value()[first ? 1 : 0];
    EXPECT_TRUE(whole.readable);
    EXPECT_TRUE(whole.locked);
    EXPECT_EQ(whole.priority, 77);
    EXPECT_EQ(whole.first_host, "remote.test");
    EXPECT_EQ(whole.message_class, -60);
    EXPECT_EQ(whole.body_size, 5);
    EXPECT_EQ(whole.status_text, "Deferred: x");
    EXPECT_FALSE(empty.readable);
    EXPECT_TRUE(empty.empty);
    EXPECT_FALSE(empty.locked);
}

TEST_F(QueueStoreTest, ManyIdsOfOneSecondAreDifferent) {
    std::set<std::string> seen;
    for (int i = 0; i < 3600; ++i) EXPECT_TRUE(seen.insert(store_.next_id().str()).second);
}

TEST_F(QueueStoreTest, InteractiveCommitIsFlushedLater) {
    auto job = store_.commit(message(), false);
    ASSERT_TRUE(job.ok());
    files_.calls = 0;
    ASSERT_TRUE(job.value().flush().ok());
    EXPECT_EQ(files_.calls, 1);  // the directory
    ASSERT_TRUE(job.value().flush().ok());
    EXPECT_EQ(files_.calls, 1);
}

}  // namespace
}  // namespace sm
