#include "mail.local/mailbox.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "mail.local/lmtp.h"
#include "mail.local/message_copy.h"

namespace sm {
namespace {

class MailboxTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "sm-mailbox-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        options_.spool = pattern;
        options_.check_user = false;
        options_.lock_wait = std::chrono::seconds(10);
    }
    void TearDown() override {
        for (const char* name : {"user", "user.lock", "target", "other"}) {
            ::unlink((options_.spool + "/" + name).c_str());
        }
        ::rmdir(options_.spool.c_str());
    }
    MessageCopy message(const std::vector<std::string>& lines) {
        auto copy = MessageCopy::begin("<a@b.example>", 0, false);
        for (const std::string& line : lines) EXPECT_TRUE(copy->add_line(line).ok());
        EXPECT_TRUE(copy->finish().ok());
        return std::move(*copy);
    }
    std::string mailbox() { return read_file(options_.spool + "/user").value_or(""); }
    MailboxOptions options_;
};

TEST_F(MailboxTest, FromLinesAreEscapedOnlyAfterAnEmptyLine) {
    const auto copy = message(
        {"From ignored", "Subject: x", "", "From here", "From there", "", ">From", "", "From end"});
    const auto owner = find_mailbox("user", options_);
    ASSERT_TRUE(append_to_mailbox(*owner, copy.fd(), options_).ok());
    const std::string text = mailbox();
    EXPECT_EQ(text.substr(0, 17), "From a@b.example ");
    EXPECT_EQ(text.substr(text.find('\n') + 1),
              "Subject: x\n\n>From here\nFrom there\n\n>From\n\n>From end\n\n");
}

TEST_F(MailboxTest, NamesThatAreNoFileNamesAreRefused) {
    for (const char* name : {"", "../x", "a/b", ".hidden"}) {
        EXPECT_FALSE(find_mailbox(name, options_).ok()) << name;
    }
}

TEST_F(MailboxTest, LinksAreRefusedForGood) {
    const auto copy = message({"x"});
    const auto owner = find_mailbox("user", options_);
    ASSERT_TRUE(replace_file(options_.spool + "/target", "", 0600).ok());
    ASSERT_EQ(::symlink((options_.spool + "/target").c_str(), owner->path.c_str()), 0);
    EXPECT_EQ(append_to_mailbox(*owner, copy.fd(), options_).error().code, Exit::kCantCreate);
    ::unlink(owner->path.c_str());
    ASSERT_EQ(::link((options_.spool + "/target").c_str(), owner->path.c_str()), 0);
    EXPECT_EQ(append_to_mailbox(*owner, copy.fd(), options_).error().code, Exit::kCantCreate);
}

TEST_F(MailboxTest, HeldDotLockDefersAndAStaleOneIsRemoved) {
    const auto copy = message({"x"});
    const auto owner = find_mailbox("user", options_);
    const std::string lock = owner->path + ".lock";
    ASSERT_TRUE(replace_file(lock, "", 0600).ok());
    options_.lock_wait = std::chrono::seconds(0);
    EXPECT_EQ(append_to_mailbox(*owner, copy.fd(), options_).error().code, Exit::kTempFail);
    const timespec old[2] = {{std::time(nullptr) - 3600, 0}, {std::time(nullptr) - 3600, 0}};
    ASSERT_EQ(::utimensat(-1, lock.c_str(), old, 0), 0);
    EXPECT_TRUE(append_to_mailbox(*owner, copy.fd(), options_).ok());
}

TEST_F(MailboxTest, DotLockOfADeadProcessIsRemovedAtOnce) {
    const auto copy = message({"x"});
    const auto owner = find_mailbox("user", options_);
    const std::string lock = owner->path + ".lock";
    std::array<char, 256> host{};
    ASSERT_EQ(::gethostname(host.data(), host.size() - 1), 0);
    const auto child = spawn([] { return Exit::kOk; });
    ASSERT_TRUE(child.ok());
    ASSERT_TRUE(wait_child(*child, Deadline::never()).ok());
    options_.lock_wait = std::chrono::seconds(0);
    for (const auto& [text, goes] : std::vector<std::pair<std::string, bool>>{
             {cat("0\n", host.data(), ' ', *child, '\n'), true},
             {cat("0\n", host.data(), ' ', ::getpid(), '\n'), false},
             {cat("0\nelsewhere ", *child, '\n'), false},
             {cat(*child, '\n'), false},
             {"0\n", false}}) {
        ASSERT_TRUE(replace_file(lock, text, 0644).ok());
        EXPECT_EQ(append_to_mailbox(*owner, copy.fd(), options_).ok(), goes) << text;
    }
}

TEST_F(MailboxTest, ParallelWritersLoseNothing) {
    constexpr int kWriters = 4;
    constexpr int kEach = 25;
    const auto owner = find_mailbox("user", options_);
    const auto copy = message({"Subject: x", "", std::string(3000, 'b')});
    std::vector<pid_t> pids;
    for (int i = 0; i < kWriters; ++i) {
        pids.push_back(*spawn([&] {
            for (int k = 0; k < kEach; ++k) {
                if (!append_to_mailbox(*owner, copy.fd(), options_).ok()) return Exit::kTempFail;
            }
            return Exit::kOk;
        }));
    }
    for (const pid_t pid : pids) {
        EXPECT_EQ((*wait_child(pid, Deadline::never()))->exit_code, 0);
    }
    std::size_t found = 0;
    const std::string text = mailbox();
    for (std::size_t at = text.find("From a@b"); at != std::string::npos;
         at = text.find("From a@b", at + 1)) {
        ++found;
    }
    EXPECT_EQ(found, std::size_t{kWriters} * kEach);
    EXPECT_EQ(text.size() % found, 0U);
}

TEST_F(MailboxTest, LmtpAnswersEachRecipient) {
    auto pair = make_socket_pair();
    const pid_t pid = *spawn([&] {
        pair->second.reset();
        FdStream stream(std::move(pair->first));
        return serve_lmtp(stream, options_, false);
    });
    pair->first.reset();
    ASSERT_TRUE(write_all(pair->second.get(),
                          "LHLO x\r\nDATA\r\nMAIL FROM:<>\r\nRCPT TO:<user@h>\r\n"
                          "RCPT TO:<../etc>\r\nRCPT TO:<\"user\"@h>\r\nDATA\r\n")
                    .ok());
    ASSERT_TRUE(write_all(pair->second.get(), "Subject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n").ok());
    const std::string replies = *read_all(pair->second.get());
    EXPECT_EQ((*wait_child(pid, Deadline::never()))->exit_code, 0);
    EXPECT_NE(replies.find("503 5.5.1 No recipients\r\n"), std::string::npos);
    EXPECT_NE(replies.find("553 5.1.3 ../etc: not a mailbox name\r\n"), std::string::npos);
    EXPECT_NE(replies.find("250 2.1.5 user Ok\r\n250 2.1.5 user Ok\r\n221"), std::string::npos)
        << replies;
    EXPECT_NE(mailbox().find("\n.dot\n"), std::string::npos);
    EXPECT_EQ(mailbox().substr(0, 19), "From MAILER-DAEMON ");
}

}  // namespace
}  // namespace sm
