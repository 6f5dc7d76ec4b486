#include "sendmail/runner/manager.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"
#include "sendmail/runner/hint_channel.h"

namespace sm {
namespace {

class NoPrivileges final : public Privileged {
  public:
    Result<StartedMailer> start_mailer(const MailerSpec&, const std::vector<std::string>&,
                                       const Credentials&, std::string_view) override {
        return no();
    }
    Result<ChildStatus> wait_mailer(pid_t, Deadline) override { return no(); }
    Result<UserFile> open_user_file(UserFileKind, const std::string&, const Credentials&) override {
        return no();
    }
    Result<UniqueFd> open_delivery_file(const std::string&, const Credentials&) override {
        return no();
    }
    Result<UniqueFd> connect_filter(int, Deadline) override { return no(); }
    Result<bool> check_password(std::string_view, std::string_view, std::string_view) override {
        return no();
    }
    Result<std::optional<std::string>> password_secret(std::string_view,
                                                       std::string_view) override {
        return no();
    }

  private:
    static Error no() { return make_error(Exit::kTempFail, "none"); }
};

// Workers that only note the jobs in a file and take them from the queue.
class ManagerTest : public testing::Test {
  protected:
    void SetUp() override {
        notes_ = cat(dir_, ".notes");
        QueueGroupSpec group;
        group.name = "mqueue";
        group.directories = {dir_};
        config_.queue_groups.push_back(group);
        ASSERT_TRUE(log_open_file(cat(dir_, ".log"), "t").ok());
        options_.worker_body = [this](int socket) { return work(socket); };
    }
    void TearDown() override {
        for (const std::string& path : {notes_, cat(dir_, ".log")}) {
            std::filesystem::remove_all(path);
        }
    }

    QueueId queued(const std::string& recipient = "<u@r.test>") {
        Envelope envelope;
        envelope.sender = "<a@x.test>";
        Recipient one;
        one.address = recipient;
        envelope.recipients.push_back(one);
        EXPECT_TRUE(store_.begin(envelope).ok());
        auto job = store_.commit(std::move(envelope));
        EXPECT_TRUE(job.ok());
        return job.value().envelope.id;
    }

    Exit work(int socket) {
        std::array<char, kMaxRequest> buffer{};
        QueueStore store(config_, system_clock());
        for (;;) {
            const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
            if (count <= 0) return Exit::kOk;
            const auto job = decode_job({buffer.data(), static_cast<std::size_t>(count)});
            if (!job) return Exit::kProtocol;
            const auto fd = open_file(notes_, O_WRONLY | O_APPEND | O_CREAT, 0600);
            if (!fd.ok() ||
                !write_all(fd.value().get(),
                           cat(job->id.str(), job->options.queue_run ? " run" : " hint",
                               job->options.selected ? " selected" : "", " ", ::getpid(), "\n"))
                     .ok()) {
                return Exit::kIoErr;
            }
            if (job->id == killer_) ::raise(SIGKILL);
            auto opened = store.open_job(job->id, job->directory);
            if (opened.ok() && opened.value() && !opened.value()->remove().ok()) {
                return Exit::kIoErr;
            }
            if (pause_.count() > 0) sleep_for(pause_);
            if (job->id == reporter_) {
                ManagerRequest request;
                request.id = report_;
                request.directory = dir_;
                const std::string packet = encode_request(request);
                ::send(socket, packet.data(), packet.size(), 0);
            }
            ::send(socket, "R", 1, 0);
        }
    }

    // Lines of the notes; waits until there are `count`.
    std::vector<std::string> notes(std::size_t count) {
        const Deadline deadline = Deadline::in(std::chrono::seconds(20));
        for (;;) {
            std::vector<std::string> out;
            const auto text = read_file(notes_);
            // The last line may be half written.
            if (text.ok() && text.value().ends_with('\n')) {
                for (const auto line : split(chomp(text.value()), '\n')) out.emplace_back(line);
            }
            if (out.size() >= count || deadline.passed()) return out;
            sleep_for(std::chrono::milliseconds(5));
        }
    }

    Result<pid_t> start(UniqueFd hints) {
        return spawn(
            [this, &hints] { return run_manager(environment_, options_, std::move(hints)); });
    }
    static int stop(pid_t pid) {
        ::kill(pid, SIGTERM);
        const auto ended = wait_child(pid, Deadline::in(std::chrono::seconds(20)));
        return ended.ok() && ended.value() ? ended.value()->exit_code : -1;
    }

    const TestFolder folder_;
    const std::string& dir_ = folder_.path();
    std::string notes_;
    Config config_;
    NoPrivileges privileged_;
    QueueStore store_{config_, system_clock()};
    DeliveryEnvironment environment_{config_, system_clock(), privileged_, direct_queue_files()};
    ManagerOptions options_;
    QueueId killer_;
    QueueId reporter_;
    QueueId report_;
    std::chrono::milliseconds pause_{0};
};

Exit once(const DeliveryEnvironment& environment, const ManagerOptions& options) {
    // In a child: the manager reaps every child of its process.
    const auto child = spawn([&] {
        Manager manager(environment, options, UniqueFd());
        return manager.run_once();
    });
    if (!child.ok()) return Exit::kOsErr;
    const auto ended = wait_child(child.value(), Deadline::in(std::chrono::seconds(60)));
    if (!ended.ok() || !ended.value()) return Exit::kTempFail;
    return static_cast<Exit>(ended.value()->exit_code);
}

TEST_F(ManagerTest, OneRunTriesEveryJobOnce) {
    std::set<std::string> ids;
    for (int i = 0; i < 30; ++i) ids.insert(queued(cat("<u@h", i % 3, ".test>")).str());
    EXPECT_EQ(once(environment_, options_), Exit::kOk);
    EXPECT_TRUE(std::filesystem::is_empty(dir_));
    const auto lines = notes(30);
    ASSERT_EQ(lines.size(), 30U);
    for (const std::string& line : lines) {
        EXPECT_EQ(ids.erase(line.substr(0, line.find(' '))), 1U) << line;
        EXPECT_NE(line.find(" run "), std::string::npos);
    }
}

TEST_F(ManagerTest, NeverMoreWorkersThanAllowed) {
    config_.options.max_queue_children = 2;
    pause_ = std::chrono::milliseconds(5);
    for (int i = 0; i < 12; ++i) queued(cat("<u@h", i, ".test>"));
    EXPECT_EQ(once(environment_, options_), Exit::kOk);
    std::set<std::string> pids;
    for (const std::string& line : notes(12)) pids.insert(line.substr(line.rfind(' ')));
    EXPECT_LE(pids.size(), 2U);
}

TEST_F(ManagerTest, SelectionReachesTheWorker) {
    const QueueId id = queued("<u@wanted.test>");
    queued("<u@other.test>");
    ASSERT_TRUE(options_.selection.add("Rwanted").ok());
    EXPECT_EQ(once(environment_, options_), Exit::kOk);
    const auto lines = notes(1);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].find(cat(id.str(), " run selected ")), 0U);
}

// A job that kills its worker harms nobody else and is not tried again in the same run.
TEST_F(ManagerTest, KilledWorkerIsReplaced) {
    config_.options.max_queue_children = 1;
    for (int i = 0; i < 6; ++i) {
        const QueueId id = queued();
        if (i == 2) killer_ = id;
    }
    EXPECT_EQ(once(environment_, options_), Exit::kOk);
    EXPECT_EQ(notes(6).size(), 6U);
    EXPECT_EQ(store_.scan("").value().size(), 1U);
    EXPECT_NE(read_file(cat(dir_, ".log")).value().find("ended by signal 9"), std::string::npos);
}

TEST_F(ManagerTest, HintsAreTriedAtOnceAndReportsToo) {
    HintChannel channel = std::move(make_hint_channel()).value();
    reporter_ = queued();
    report_ = queued();
    const auto manager = start(std::move(channel.manager_end));
    ASSERT_TRUE(manager.ok());
    HintClient client(channel.shared_end.get());
    ASSERT_TRUE(client.hint(reporter_, dir_).ok());
    const auto lines = notes(2);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0].find(cat(reporter_.str(), " hint ")), 0U);
    EXPECT_EQ(lines[1].find(cat(report_.str(), " hint ")), 0U);
    EXPECT_FALSE(client.hint(QueueId("../../x"), dir_).ok());
    EXPECT_EQ(stop(manager.value()), 0);
    EXPECT_TRUE(std::filesystem::is_empty(dir_));
}

TEST_F(ManagerTest, ScansEveryInterval) {
    HintChannel channel = std::move(make_hint_channel()).value();
    options_.interval = std::chrono::seconds(1);
    queued();
    const auto manager = start(std::move(channel.manager_end));
    ASSERT_TRUE(manager.ok());
    EXPECT_EQ(notes(1).size(), 1U);
    queued();
    EXPECT_EQ(notes(2).size(), 2U);
    EXPECT_EQ(stop(manager.value()), 0);
}

TEST_F(ManagerTest, EtrnStartsARun) {
    HintChannel channel = std::move(make_hint_channel()).value();
    queued("<u@other.test>");
    const QueueId id = queued("<u@wanted.test>");
    const auto manager = start(std::move(channel.manager_end));
    ASSERT_TRUE(manager.ok());
    HintClient client(channel.shared_end.get());
    ASSERT_TRUE(client.request_run("wanted.test").ok());
    const auto lines = notes(1);
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].find(cat(id.str(), " run selected ")), 0U);
    EXPECT_EQ(stop(manager.value()), 0);
}

TEST_F(ManagerTest, LeavesWhenTheDaemonIsGone) {
    HintChannel channel = std::move(make_hint_channel()).value();
    const auto manager = spawn([&] {
        channel.shared_end.reset();
        return run_manager(environment_, options_, std::move(channel.manager_end));
    });
    ASSERT_TRUE(manager.ok());
    channel.manager_end.reset();
    channel.shared_end.reset();
    const auto ended = wait_child(manager.value(), Deadline::in(std::chrono::seconds(20)));
    ASSERT_TRUE(ended.ok() && ended.value());
    EXPECT_EQ(ended.value()->exit_code, 0);
}

TEST_F(ManagerTest, QuarantineAndRelease) {
    const QueueId id = queued("<u@bad.test>");
    queued("<u@good.test>");
    QueueSelection selection;
    ASSERT_TRUE(selection.add("Rbad").ok());
    EXPECT_EQ(quarantine_jobs(environment_, selection, "held").value(), 1);
    ASSERT_EQ(store_.scan("", JobKind::kQuarantined).value().size(), 1U);
    EXPECT_EQ(store_.scan("", JobKind::kQuarantined).value()[0].quarantine_reason, "held");
    QueueSelection held;
    ASSERT_TRUE(held.add("Q").ok());
    EXPECT_EQ(quarantine_jobs(environment_, held, "").value(), 1);
    EXPECT_EQ(store_.scan("").value().size(), 2U);
}

}  // namespace
}  // namespace sm
