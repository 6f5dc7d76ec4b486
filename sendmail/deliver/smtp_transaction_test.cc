#include "sendmail/deliver/smtp_transaction.h"

#include <gtest/gtest.h>

#include "sendmail/deliver/testing.h"

namespace sm {
namespace {

constexpr const char* kGreeting = "220 mx.test ESMTP\r\n";
constexpr const char* kPipelined =
    "250-mx.test hello\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SIZE 1000\r\n250-DSN\r\n"
    "250 ENHANCEDSTATUSCODES\r\n";
constexpr const char* kPlain = "250 mx.test\r\n";

class SmtpTransactionTest : public testing::Test {
  protected:
    SmtpTransactionTest() {
        config_.macros.set("j", "me.test");
        mailer_.name = "esmtp";
        mailer_.path = "[IPC]";
        mailer_.flags.set('a');
        mailer_.flags.set('m');
        envelope_.sender = "<s@x.test>";
        envelope_.message_size = 100;
        batch_.mailer = &mailer_;
    }

    void recipients(const std::vector<std::string>& users) {
        envelope_.recipients.resize(users.size());
        for (std::size_t i = 0; i < users.size(); ++i) {
            Recipient& recipient = envelope_.recipients[i];
            recipient.address = cat('<', users[i], '>');
            recipient.target = {&mailer_, "mx.test", users[i]};
            batch_.recipients.push_back(&recipient);
        }
    }

    // "status dsn text" of each recipient, joined by "|".
    std::string run(std::deque<std::string> replies, MessageSource& message) {
        connection_ = std::make_unique<SmtpConnection>(
            std::make_unique<ScriptedStream>(std::move(replies), &written_), "mx.test",
            "mx.test [192.0.2.1]", config_);
        AgentContext context{config_, system_clock(), privileged_};
        context.transcript = [this](std::string_view line) { append(transcript_, line, '\n'); };
        connection_->set_witness({context.transcript, {}});
        if (const auto problem = connection_->open(mailer_, "me.test")) {
            return cat(static_cast<int>(problem->status), ' ', problem->dsn, ' ', problem->text);
        }
        written_.clear();
        SmtpTransaction transaction(*connection_, envelope_, batch_, context, sender_);
        std::string out;
        for (const DeliveryResult& result : transaction.run(message)) {
            append(out, out.empty() ? "" : "|", static_cast<int>(result.status), ' ', result.dsn,
                   ' ', result.text);
        }
        again_ = transaction.may_try_again();
        return out;
    }
    std::string run(std::deque<std::string> replies) {
        FixedMessage message("text\r\n");
        return run(std::move(replies), message);
    }

    Config config_;
    MailerSpec mailer_;
    Envelope envelope_;
    Batch batch_;
    NoPrivileges privileged_;
    std::string sender_ = "s@x.test";
    std::unique_ptr<SmtpConnection> connection_;
    std::string written_;
    std::string transcript_;
    bool again_ = false;
};

TEST_F(SmtpTransactionTest, WholeEnvelopeInOneWriteWhenPipelining) {
    recipients({"a@y.test", "b@y.test"});
    EXPECT_EQ(
        run({kGreeting, kPipelined, "250 2.1.0 ok\r\n250 2.1.5 ok\r\n250 2.1.5 ok\r\n354 go\r\n",
             "250 2.0.0 stored as 1\r\n"}),
        "0 2.0.0 Sent (stored as 1)|0 2.0.0 Sent (stored as 1)");
    EXPECT_EQ(written_,
              "[MAIL From:<s@x.test> SIZE=100\r\nRCPT To:<a@y.test>\r\nRCPT To:<b@y.test>\r\n"
              "DATA\r\n][text\r\n.\r\n]");
    EXPECT_FALSE(connection_->needs_reset);
}

TEST_F(SmtpTransactionTest, OneByOneWithoutPipelining) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, kPlain, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 fine\r\n"}),
              "0 2.0.0 Sent (fine)");
    EXPECT_EQ(written_,
              "[MAIL From:<s@x.test>\r\n][RCPT To:<a@y.test>\r\n][DATA\r\n][text\r\n.\r\n]");
}

TEST_F(SmtpTransactionTest, EveryRecipientHasItsOwnResult) {
    recipients({"a@y.test", "b@y.test", "c@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined,
                   "250 ok\r\n550 5.1.1 nobody\r\n451 4.3.0 later\r\n250 ok\r\n354 go\r\n",
                   "250 2.0.0 done\r\n"}),
              "67 5.1.1 User unknown|75 4.3.0 Deferred: 451 4.3.0 later|0 2.0.0 Sent (done)");
    EXPECT_EQ(transcript_,
              "... while talking to mx.test:\n>>> DATA\n<<< 550 5.1.1 nobody\n"
              "<<< 451 4.3.0 later\n");
}

TEST_F(SmtpTransactionTest, GoAheadWithoutRecipientsGetsAnEndOfMessage) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n550 no\r\n354 go\r\n", "554 nothing\r\n"}),
              "67 5.1.1 User unknown");
    EXPECT_TRUE(written_.ends_with("[.\r\n]")) << written_;
    EXPECT_TRUE(connection_->needs_reset);
    EXPECT_TRUE(connection_->is_open());
}

TEST_F(SmtpTransactionTest, RefusedMailSettlesAll) {
    recipients({"a@y.test", "b@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined, "553 no sender\r\n503 no\r\n503 no\r\n503 no\r\n"}),
              "65 5.1.3 Data format error|65 5.1.3 Data format error");
}

TEST_F(SmtpTransactionTest, ResetBeforeTheNextMail) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, kPlain, "451 later\r\n"}), "75 4.3.0 Deferred: 451 later");
    EXPECT_TRUE(connection_->needs_reset);
}

TEST_F(SmtpTransactionTest, LmtpAnswersForEachRecipient) {
    mailer_.flags.set('z');
    recipients({"a@y.test", "b@y.test", "c@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n250 ok\r\n550 no\r\n250 ok\r\n354 go\r\n",
                   "250 2.0.0 a\r\n452 4.2.2 full\r\n"}),
              "0 2.0.0 Sent (a)|67 5.1.1 User unknown|75 4.2.2 Deferred: 452 4.2.2 full");
}

TEST_F(SmtpTransactionTest, LostBeforeTheMessageMayBeTriedAgain) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n"}),
              "75 4.4.2 Deferred: Connection reset by mx.test");
    EXPECT_TRUE(again_);
    EXPECT_FALSE(connection_->is_open());
}

TEST_F(SmtpTransactionTest, LostBehindTheFinalDotIsNotTriedAgainAtOnce) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n250 ok\r\n354 go\r\n"}),
              "75 4.4.2 Deferred: Connection reset by mx.test");
    EXPECT_FALSE(again_);
}

TEST_F(SmtpTransactionTest, OurOwnFailureEndsTheConnectionWithoutFinalDot) {
    recipients({"a@y.test"});
    FixedMessage message("text\r\n");
    message.fails = true;
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n250 ok\r\n354 go\r\n"}, message),
              "75 4.3.0 Deferred: body unreadable");
    EXPECT_EQ(written_.find(".\r\n]"), std::string::npos);
    EXPECT_FALSE(connection_->is_open());
}

TEST_F(SmtpTransactionTest, ServiceClosing421) {
    recipients({"a@y.test", "b@y.test"});
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n421 4.3.2 going down\r\n"}),
              "75 4.3.2 Deferred: 421 4.3.2 going down|75 4.3.2 Deferred: 421 4.3.2 going down");
    EXPECT_FALSE(connection_->is_open());
}

TEST_F(SmtpTransactionTest, AddressesCannotInjectCommands) {
    recipients({"a@y.test>\r\nRCPT To:<evil@z.test", "b b@y.test", "\"q <b\"@y.test", ""});
    EXPECT_EQ(run({kGreeting, kPipelined, "250 ok\r\n250 ok\r\n354 go\r\n", "250 done\r\n"}),
              "65 5.6.0 Data format error|65 5.6.0 Data format error|0 2.0.0 Sent (done)|"
              "65 5.6.0 Data format error");
    EXPECT_EQ(written_.find("evil"), std::string::npos);
}

TEST_F(SmtpTransactionTest, FlagSTakesTheBackslashOfAForwardAway) {
    mailer_.flags.set('s');
    recipients({"\\user", "\\>x", "\"a b\"@y.test"});
    static_cast<void>(
        run({kGreeting, kPipelined, "250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n", "250 done\r\n"}));
    EXPECT_NE(written_.find("RCPT To:<user>\r\n"), std::string::npos) << written_;
    EXPECT_EQ(written_.find("<>x"), std::string::npos) << written_;
    EXPECT_NE(written_.find("RCPT To:<\"a b\"@y.test>\r\n"), std::string::npos) << written_;
}

TEST_F(SmtpTransactionTest, ParametersAsOffered) {
    recipients({"a@y.test"});
    envelope_.envid = "id 1";
    envelope_.ret_given = true;
    envelope_.no_body_return = true;
    envelope_.recipients[0].notify = {true, true, true, false};
    envelope_.recipients[0].orcpt = "rfc822;o+p@y.test";
    FixedMessage message("caf\xe9\r\n", true);
    EXPECT_EQ(
        run({kGreeting, kPipelined, "250 ok\r\n250 ok\r\n354 go\r\n", "250 done\r\n"}, message),
        "0 2.0.0 Sent (done)");
    EXPECT_TRUE(written_.starts_with(
        "[MAIL From:<s@x.test> SIZE=100 BODY=8BITMIME ENVID=id+201 RET=HDRS\r\n"
        "RCPT To:<a@y.test> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;o+2Bp@y.test\r\n"))
        << written_;
    EXPECT_FALSE(message.last_form.seven_bit);
}

TEST_F(SmtpTransactionTest, EightBitIsEncodedForServersThatTakeNone) {
    recipients({"a@y.test"});
    FixedMessage message("caf\xe9\r\n", true);
    EXPECT_EQ(
        run({kGreeting, kPlain, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 x\r\n"}, message),
        "0 2.0.0 Sent (x)");
    EXPECT_TRUE(message.last_form.seven_bit);
}

TEST_F(SmtpTransactionTest, TooLargeForTheServerIsNotSent) {
    recipients({"a@y.test"});
    envelope_.message_size = 1001;
    EXPECT_EQ(run({kGreeting, kPipelined}), "69 5.3.4 Service unavailable");
    EXPECT_EQ(written_, "");
}

TEST_F(SmtpTransactionTest, NullSender) {
    recipients({"a@y.test"});
    sender_.clear();
    EXPECT_EQ(run({kGreeting, kPlain, "250 ok\r\n", "250 ok\r\n", "354 go\r\n", "250 x\r\n"}),
              "0 2.0.0 Sent (x)");
    EXPECT_TRUE(written_.starts_with("[MAIL From:<>\r\n]"));
}

struct GreetingCase {
    const char* greeting;
    const char* result;
};

TEST_F(SmtpTransactionTest, BadGreetings) {
    recipients({"a@y.test"});
    for (const GreetingCase& item :
         {GreetingCase{"554 go away\r\n", "69 5.5.0 Service unavailable"},
          GreetingCase{"421 busy\r\n", "75 4.5.0 Deferred: 421 busy"},
          GreetingCase{"", "75 4.4.2 Deferred: Connection reset by mx.test"},
          GreetingCase{"hello\r\n", "75 4.5.0 Deferred: bad reply: hello"},
          GreetingCase{"220 me\r\n", "75 4.4.2 Deferred: Connection reset by mx.test"}}) {
        EXPECT_EQ(run({item.greeting}), item.result) << item.greeting;
    }
}

TEST_F(SmtpTransactionTest, TalkingToMyself) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, "250 ME.test Hello\r\n"}), "78 5.3.5 Local configuration error");
}

TEST_F(SmtpTransactionTest, HeloWhenEhloIsUnknown) {
    recipients({"a@y.test"});
    EXPECT_EQ(run({kGreeting, "500 what\r\n", kPlain, "250 ok\r\n", "250 ok\r\n", "354 go\r\n",
                   "250 2.0.0 x\r\n"}),
              "0 2.0.0 Sent (2.0.0 x)");
}

TEST_F(SmtpTransactionTest, RepliesWithControlCharactersStayOneLine) {
    recipients({"a@y.test"});
    const std::string result = run({kGreeting, kPlain, "250 ok\r\n", "451 a\rb\x1b[1m\xff\r\n"});
    EXPECT_EQ(result, "75 4.3.0 Deferred: 451 a\\015b\\033[1m\\377");
}

TEST(SafePath, Forms) {
    EXPECT_TRUE(is_safe_path("a@b"));
    EXPECT_TRUE(is_safe_path("\"a b\"@c"));
    EXPECT_TRUE(is_safe_path("a\\ b@c"));
    EXPECT_TRUE(is_safe_path(""));
    EXPECT_FALSE(is_safe_path("a b@c"));
    EXPECT_FALSE(is_safe_path("a>b"));
    EXPECT_FALSE(is_safe_path("\"a"));
    EXPECT_FALSE(is_safe_path("a\\"));
    EXPECT_FALSE(is_safe_path("a\nb"));
    EXPECT_FALSE(is_safe_path(std::string_view("a\0b", 3)));
}

}  // namespace
}  // namespace sm
