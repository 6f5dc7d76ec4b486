#include "sendmail/log/mail_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// Lines as written, without the "Mon DD hh:mm:ss host tag[pid]: " in front.
class MailLogTest : public testing::Test {
  protected:
    void SetUp() override {
        path_ = cat(testing::TempDir(), "mail_log_test.", ::getpid());
        ::unlink(path_.c_str());
        ASSERT_TRUE(log_open_file(path_, "t").ok());
        log_set_level(14);
    }
    void TearDown() override { ::unlink(path_.c_str()); }

    std::vector<std::string> lines() {
        std::vector<std::string> out;
        const auto text = read_file(path_);
        if (!text.ok()) return out;
        for (const std::string_view line : split(chomp(text.value()), '\n')) {
            out.emplace_back(line.substr(line.find("]: ") + 3));
        }
        return out;
    }
    std::string last() {
        const auto all = lines();
        return all.empty() ? "" : all.back();
    }
    std::size_t count_at(int level, const std::function<void()>& write) {
        log_set_level(level);
        const std::size_t before = read_file(path_).value().size();
        write();
        log_set_level(14);
        return read_file(path_).value().size() - before;
    }
    // Written at `level`, not written one below.
    void expect_level(int level, const std::function<void()>& write) {
        EXPECT_EQ(count_at(level - 1, write), 0U);
        EXPECT_GT(count_at(level, write), 0U);
    }

    std::string path_;
};

ReceivedLine received() {
    ReceivedLine line;
    line.id = "6AN8RS5S017362";
    line.sender = "<a@x.test>";
    line.size = 138;
    line.recipients = 1;
    line.message_id = "<M>";
    line.relay = "localhost [127.0.0.1]";
    return line;
}

TEST_F(MailLogTest, ReceivedBySmtp) {
    ReceivedLine line = received();
    line.body_type = "8BITMIME";
    line.protocol = "ESMTP";
    line.daemon = "MTA";
    log_received(line);
    EXPECT_EQ(last(),
              "6AN8RS5S017362: from=<a@x.test>, size=138, class=0, nrcpts=1, msgid=<M>, "
              "bodytype=8BITMIME, proto=ESMTP, daemon=MTA, relay=localhost [127.0.0.1]");
    expect_level(5, [&] { log_received(line); });
}

TEST_F(MailLogTest, ReceivedLocally) {
    ReceivedLine line = received();
    line.sender = "a@x";
    line.size = 0;
    line.relay = "root@localhost";
    line.message_class = -60;
    log_received(line);
    EXPECT_EQ(last(),
              "6AN8RS5S017362: from=a@x, size=0, class=-60, nrcpts=1, msgid=<M>, "
              "relay=root@localhost");
}

TEST_F(MailLogTest, HostileValuesStayOnOneLineAndAreCut) {
    ReceivedLine line = received();
    line.sender = cat("<", std::string(300, 'a'), "@x>");
    line.message_id = cat("<x\r\nNov 1 00:00:00 forged", std::string(200, 'm'));
    log_received(line);
    ASSERT_EQ(lines().size(), 1U);
    EXPECT_NE(last().find(cat("from=<", std::string(199, 'a'), ", size=")), std::string::npos);
    EXPECT_NE(last().find("msgid=<x\\015\\012Nov"), std::string::npos);
}

DeliveryLine delivery() {
    DeliveryLine line;
    line.id = "6AN8RS5S017362";
    line.recipients = {"<u@remote.test>"};
    line.transaction_delay = 0;
    line.mailer = "relay";
    line.priority = 60294;
    line.relay = "[127.0.0.1] [127.0.0.1]";
    line.dsn = "2.0.0";
    line.status_text = "Sent (stored as 1)";
    return line;
}

TEST_F(MailLogTest, Sent) {
    const DeliveryLine line = delivery();
    log_delivery(line, Exit::kOk);
    EXPECT_EQ(last(),
              "6AN8RS5S017362: to=<u@remote.test>, delay=00:00:00, xdelay=00:00:00, mailer=relay, "
              "pri=60294, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, stat=Sent (stored as 1)");
    expect_level(8, [&] { log_delivery(line, Exit::kOk); });
    expect_level(7, [&] { log_delivery(line, Exit::kNoUser); });
    expect_level(9, [&] { log_delivery(line, Exit::kTempFail); });
}

TEST_F(MailLogTest, DeferredProgram) {
    DeliveryLine line = delivery();
    line.recipients = {"\"|exit 75\""};
    line.controller = "<errtemp@sandbox.test> (65534/0)";
    line.delay = 86400 + 3723;
    line.mailer = "prog";
    line.relay = "";
    line.dsn = "4.0.0";
    line.status_text = "Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL";
    log_delivery(line, Exit::kTempFail);
    EXPECT_EQ(last(),
              "6AN8RS5S017362: to=\"|exit 75\", ctladdr=<errtemp@sandbox.test> (65534/0), "
              "delay=1+01:02:03, xdelay=00:00:00, mailer=prog, pri=60294, dsn=4.0.0, "
              "stat=Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL");
}

TEST_F(MailLogTest, PermanentFailureWithReply) {
    DeliveryLine line = delivery();
    line.dsn = "5.1.1";
    line.reply = "550 5.1.1 no such user at sink";
    line.status_text = "User unknown";
    log_delivery(line, Exit::kNoUser);
    EXPECT_EQ(last(),
              "6AN8RS5S017362: to=<u@remote.test>, delay=00:00:00, xdelay=00:00:00, mailer=relay, "
              "pri=60294, relay=[127.0.0.1] [127.0.0.1], dsn=5.1.1, "
              "reply=550 5.1.1 no such user at sink, stat=User unknown");
}

// 25 addresses of 42 octets: the reference breaks the list at the same places.
TEST_F(MailLogTest, LongListOfRecipients) {
    DeliveryLine line = delivery();
    line.recipients.clear();
    for (int i = 25; i > 0; --i) {
        line.recipients.push_back(cat("<user", i, "-aaaaaaaaaaaaaaaaaaaaa@remote.test>"));
    }
    line.delay = 16;
    line.transaction_delay = 1;
    line.priority = 750014;
    line.status_text = "Sent (stored as 33)";
    log_delivery(line, Exit::kOk);
    const auto all = lines();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_NE(all[0].find("@remote.test>,<user8-aaaaaaaaaaaaaaaaaaaaa@remote.test>, [more], delay"),
              std::string::npos);
    EXPECT_EQ(all[1].find("6AN8RS5S017362: to=<user7-"), 0U);
    EXPECT_EQ(all[1].find("[more]"), std::string::npos);
}

TEST_F(MailLogTest, NotTried) {
    DeliveryLine line;
    line.id = "Q";
    line.recipients = {"<daemon@sandbox.test>"};
    line.status_text = "aborted by sender";
    log_not_tried(line);
    EXPECT_EQ(last(), "Q: to=<daemon@sandbox.test>, delay=00:00:00, pri=0, stat=aborted by sender");
    expect_level(11, [&] { log_not_tried(line); });
    line.mailer = "relay";
    line.priority = 30021;
    line.quarantine = "suspicious sender";
    line.status_text = "quarantined";
    log_not_tried(line);
    EXPECT_EQ(last(),
              "Q: to=<daemon@sandbox.test>, delay=00:00:00, mailer=relay, pri=30021, "
              "quarantine=suspicious sender, stat=quarantined");
    expect_level(9, [&] { log_not_tried(line); });
    line.status_text = "discarded";
    expect_level(10, [&] { log_not_tried(line); });
}

TEST_F(MailLogTest, Rulesets) {
    RulesetLine line;
    line.id = "Q";
    line.ruleset = "check_mail";
    line.arg1 = "<spam@bad.test>";
    line.relay = "localhost [127.0.0.1]";
    line.result = "reject=550 5.7.1 <spam@bad.test>... Access denied";
    log_ruleset(line);
    EXPECT_EQ(last(),
              "Q: ruleset=check_mail, arg1=<spam@bad.test>, relay=localhost [127.0.0.1], "
              "reject=550 5.7.1 <spam@bad.test>... Access denied");
    line = {};
    line.ruleset = "check_relay";
    line.arg1 = "[127.0.0.4]";
    line.arg2 = "127.0.0.4";
    line.relay = "[127.0.0.4]";
    line.result = "reject=550 5.7.1 Access denied";
    log_ruleset(line);
    EXPECT_EQ(last(),
              "ruleset=check_relay, arg1=[127.0.0.4], arg2=127.0.0.4, relay=[127.0.0.4], "
              "reject=550 5.7.1 Access denied");
    expect_level(4, [&] { log_ruleset(line); });
}

TEST_F(MailLogTest, ShortLines) {
    struct Case {
        int level;
        std::function<void()> write;
        const char* text;
    };
    const std::string relay = "localhost [127.0.0.1]";
    const std::vector<Case> cases = {
        {11, [] { log_alias("Q", "<alice@sandbox.test>", "daemon"); },
         "Q: alias <alice@sandbox.test> => daemon"},
        {10, [] { log_forward("Q", "user", "\"|echo hi\", other"); },
         "Q: forward user => \"|echo hi\", other"},
        {11, [] { log_alias("Q", "a\\b", "\\user"); }, "Q: alias a\\\\b => \\\\user"},
        {10, [] { log_forward("Q", "user", "\\user,\t"); }, "Q: forward user => \\\\user,\\t"},
        {4, [] { log_user_error("Q", "F: line 1: \\user... User unknown"); },
         "Q: F: line 1: \\\\user... User unknown"},
        {12, [] { log_outgoing_connect("Q", "localhost"); },
         "Q: SMTP outgoing connect on localhost"},
        {10, [] { log_done("Q", 0, 1); }, "Q: done; delay=00:00:00, ntries=1"},
        {6, [] { log_bounce("Q", "Q2", "DSN: User unknown"); }, "Q: Q2: DSN: User unknown"},
        {6, [] { log_bounce("Q", "Q2", "return to sender: Local configuration error"); },
         "Q: Q2: return to sender: Local configuration error"},
        {4, [] { log_user_error("Q", "<nosuchuser@sandbox.test>", "User unknown"); },
         "Q: <nosuchuser@sandbox.test>... User unknown"},
        {10, [&] { log_connect(relay); }, "NOQUEUE: connect from localhost [127.0.0.1]"},
        {6, [&] { log_no_transaction("Q", relay, "MTA"); },
         "Q: localhost [127.0.0.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA"},
        {2, [&] { log_lost_channel("Q", relay, "MTA", "startup"); },
         "Q: lost input channel from localhost [127.0.0.1] to MTA after startup"},
        {5, [&] { log_attack("Q", relay, "HELO/EHLO", 3); },
         "Q: localhost [127.0.0.1]: possible SMTP attack: command=HELO/EHLO, count=3"},
        {6, [&] { log_inquiry("Q", relay, "ETRN", "sandbox.test"); },
         "Q: localhost [127.0.0.1]: ETRN sandbox.test"},
        {1,
         [] {
             log_collect_problem("Q", "localhost", "<a@x.test>", "Bare linefeed (LF) not allowed",
                                 "body", "tempfail");
         },
         "Q: collect: relay=localhost, from=<a@x.test>, info=Bare linefeed (LF) not allowed, "
         "where=body, status=tempfail"},
        {1, [] { log_collect_problem("Q", "localhost", "<a@x.test>", "unexpected close", "", ""); },
         "Q: collect: relay=localhost, from=<a@x.test>, info=unexpected close"},
    };
    for (const Case& entry : cases) {
        entry.write();
        EXPECT_EQ(last(), entry.text);
        expect_level(entry.level, entry.write);
    }
}

TEST_F(MailLogTest, QueueTrouble) {
    log_queue_file_problem("Q", "readqf: ./qfQ: incomplete queue file read");
    EXPECT_EQ(last(), "Q: SYSERR(root): readqf: ./qfQ: incomplete queue file read");
    log_bogus_queue_file("Q", 0, 0, 0100666);
    EXPECT_EQ(last(), "Q: bogus queue file, uid=0, gid=0, mode=100666");
    log_queue_file_lost("Q", "qfQ", "bogus file uid/gid in mqueue");
    EXPECT_EQ(last(), "Q: Losing ./qfQ: bogus file uid/gid in mqueue");
    log_dead_letter("Q", "/var/tmp/dead.letter");
    EXPECT_EQ(last(), "Q: Saved message in /var/tmp/dead.letter");
}

}  // namespace
}  // namespace sm
