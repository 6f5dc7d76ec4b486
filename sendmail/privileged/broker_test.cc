#include "sendmail/privileged/broker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "gtest/gtest.h"
#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"
#include "sendmail/privileged/broker_client.h"

namespace sm {
namespace {

// The broker runs with the rights of the test: what it lets through and what it refuses is the
// same for every user.
class BrokerTest : public testing::Test {
  protected:
    void SetUp() override {
        QueueGroupSpec group;
        group.name = "mqueue";
        group.directories = {directory_};
        config_.queue_groups = {group};
        auto mailer = std::make_unique<MailerSpec>();
        mailer->name = "sh";
        mailer->path = "/bin/sh";
        mailer->argv = {"sh"};
        config_.mailers.push_back(std::move(mailer));
        auto door = start_broker(config_);
        ASSERT_TRUE(door.ok());
        door_ = std::move(*door);
        channel_ = std::make_unique<BrokerChannel>(door_);
        files_ = std::make_unique<BrokerQueueFiles>(config_, *channel_);
    }
    void TearDown() override {
        files_.reset();
        channel_.reset();
        door_.doorbell.reset();
        const auto ended = wait_child(door_.pid, Deadline::in(std::chrono::seconds(10)));
        ASSERT_TRUE(ended.ok());
        EXPECT_TRUE(ended->has_value()) << "the broker stays although nobody is left";
    }

    Config config_;
    const TestFolder folder_;
    const std::string& directory_ = folder_.path();
    BrokerDoor door_;
    std::unique_ptr<BrokerChannel> channel_;
    std::unique_ptr<BrokerQueueFiles> files_;
};

constexpr const char* kName = "qf6AN9vTCb020078";
constexpr const char* kOther = "tf6AN9vTCb020078";

TEST_F(BrokerTest, FilesOfTheQueue) {
    auto made = files_->open(directory_, kOther, O_RDWR | O_CREAT | O_EXCL, 0600);
    ASSERT_TRUE(made.ok()) << made.error().text;
    ASSERT_TRUE(write_all(made->get(), "text").ok());
    EXPECT_EQ(files_->open(directory_, kOther, O_RDWR | O_CREAT | O_EXCL, 0600).error().sys_errno,
              EEXIST);
    ASSERT_TRUE(files_->link(directory_, kOther, kName).ok());
    EXPECT_EQ(files_->link(directory_, kOther, kName).error().sys_errno, EEXIST);
    ASSERT_TRUE(files_->unlink(directory_, kOther).ok());
    EXPECT_EQ(files_->stat(directory_, kOther).error().sys_errno, ENOENT);
    const auto info = files_->stat(directory_, kName);
    ASSERT_TRUE(info.ok());
    EXPECT_EQ(info->st_size, 4);
    EXPECT_TRUE(files_->sync_directory(directory_).ok());
    const auto names = files_->list(directory_);
    ASSERT_TRUE(names.ok());
    EXPECT_EQ(*names, std::vector<std::string>{kName});
    EXPECT_GT(channel_->requests(), 5);
}

TEST_F(BrokerTest, OtherNamesAndPlacesAreRefused) {
    EXPECT_EQ(files_->open(directory_, "../passwd", O_RDONLY, 0).error().code, Exit::kNoPerm);
    EXPECT_EQ(files_->open("/etc", kName, O_RDONLY, 0).error().code, Exit::kConfig);
    BrokerRequest request;
    request.op = BrokerOp::kQueueOpen;
    request.number = 99;
    EXPECT_EQ(channel_->ask(request, kName).error().code, Exit::kNoPerm);
    request.op = BrokerOp::kStartMailer;
    request.number = 5;
    EXPECT_EQ(channel_->ask(request, "a").error().code, Exit::kNoPerm);
    request.op = static_cast<BrokerOp>(999);
    EXPECT_EQ(channel_->ask(request, "").error().code, Exit::kNoPerm);
    request.op = BrokerOp::kOpenUserFile;
    EXPECT_EQ(channel_->ask(request, "relative").error().code, Exit::kNoPerm);
}

// A child that the broker has just forked holds the channels of others until it calls exec.
TEST_F(BrokerTest, AChannelEndsAlthoughAnotherProcessHasItOpen) {
    ::alarm(60);
    const auto ring = [this](const UniqueFd& end) {
        BrokerRequest hello;
        hello.op = BrokerOp::kHello;
        return send_packet(door_.doorbell.get(), &hello, sizeof hello, "", {end.get()}).ok();
    };
    auto first = make_socket_pair(true);
    ASSERT_TRUE(first.ok());
    ASSERT_TRUE(ring(first->second));
    EXPECT_TRUE(files_->list(directory_).ok());
    first->first.reset();  // the broker sees the end; first->second keeps the channel open
    EXPECT_TRUE(files_->list(directory_).ok());
    EXPECT_TRUE(files_->list(directory_).ok());
    auto second = make_socket_pair(true);  // gets the number of the first, and says nothing
    ASSERT_TRUE(second.ok());
    ASSERT_TRUE(ring(second->second));
    second->second.reset();
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(files_->list(directory_).ok());
    ::alarm(0);
}

TEST_F(BrokerTest, AMailerGetsItsInputAndItsStatusComesBack) {
    BrokerClient client(*channel_);
    auto started = client.start_mailer(*config_.mailers[0], {"sh", "-c", "cat; exit 67"},
                                       Credentials{::getuid(), ::getgid(), {}}, "");
    ASSERT_TRUE(started.ok()) << started.error().text;
    ASSERT_TRUE(write_all(started->to_program.get(), "hello\n").ok());
    started->to_program.reset();
    EXPECT_EQ(read_all(started->from_program.get()).value_or(""), "hello\n");
    const auto ended = client.wait_mailer(started->pid, Deadline::never());
    ASSERT_TRUE(ended.ok());
    EXPECT_EQ(ended->exit_code, 67);
    EXPECT_FALSE(client.wait_mailer(1, Deadline::never()).ok());
}

}  // namespace
}  // namespace sm
