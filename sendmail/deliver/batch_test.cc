#include <gtest/gtest.h>

#include "libsm/strings.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {
namespace {

class BatchTest : public testing::Test {
  protected:
    BatchTest() {
        smtp_.name = "smtp";
        smtp_.path = "[IPC]";
        smtp_.flags.set('m');
        smtp_.max_recipients = 2;
        prog_.name = "prog";
        prog_.path = "/bin/sh";
    }
    Recipient& add(const MailerSpec* mailer, const std::string& host, const std::string& user) {
        Recipient& recipient = envelope_.recipients.emplace_back();
        recipient.address = user;
        recipient.target = {mailer, host, user};
        return recipient;
    }
    std::string batches() {
        std::string out;
        for (const Batch& batch : make_batches(envelope_, config_)) {
            append(out, batch.mailer->name, '/', batch.host, ':');
            for (const Recipient* recipient : batch.recipients)
                append(out, ' ', recipient->address);
            out += '\n';
        }
        return out;
    }
    Config config_;
    Envelope envelope_;
    MailerSpec smtp_;
    MailerSpec prog_;
};

TEST_F(BatchTest, ByMailerAndHost) {
    add(&smtp_, "h", "a");
    add(&smtp_, "i", "b");
    add(&smtp_, "h", "c");
    EXPECT_EQ(batches(), "smtp/h: c a\nsmtp/i: b\n");
}

TEST_F(BatchTest, LimitOfRecipients) {
    for (const char* user : {"a", "b", "c"}) add(&smtp_, "h", user);
    EXPECT_EQ(batches(), "smtp/h: c b\nsmtp/h: a\n");
}

TEST_F(BatchTest, OneAtATimeWithoutFlagM) {
    add(&prog_, "", "a");
    add(&prog_, "", "b");
    EXPECT_EQ(batches(), "prog/: a\nprog/: b\n");
}

TEST_F(BatchTest, OnlyThoseThatAreReady) {
    add(&smtp_, "h", "a").state = Recipient::State::kSent;
    add(&smtp_, "h", "b").status = Exit::kTempFail;
    add(nullptr, "", "c");
    add(&smtp_, "h", "d");
    EXPECT_EQ(batches(), "smtp/h: d\n");
}

TEST_F(BatchTest, MembersFirstInTheirOrder) {
    add(&smtp_, "h", "x");
    add(&smtp_, "i", "y");
    smtp_.max_recipients = 100;
    add(&smtp_, "h", "n").from_alias = true;
    add(&smtp_, "h", "m").from_alias = true;
    EXPECT_EQ(batches(), "smtp/h: m n x\nsmtp/i: y\n");
}

}  // namespace
}  // namespace sm
