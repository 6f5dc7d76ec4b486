#include "sendmail/bounce/report_recipient.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

class ReportRecipientTest : public testing::Test {
  protected:
    ReportRecipientTest() {
        config_.macros.set("j", "mx.test");
        prog_.name = "prog";
        prog_.path = "/bin/sh";
        prog_.address_type = prog_.diagnostic_type = "X-Unix";
        recipient_.address = "\"|cmd x\"";
        recipient_.alias_of = "list";
        recipient_.final_recipient = "RFC822; list@mx.test";
        recipient_.target = {&prog_, "", "\"|cmd x\""};
        recipient_.state = Recipient::State::kFailed;
        recipient_.last_attempt = 1;
    }
    std::string shown(ReturnRequest::Kind kind = ReturnRequest::Kind::kFailure) {
        const DsnRecipient out = describe_recipient(recipient_, kind, config_, 1);
        return cat(out.actual_recipient, " | ", out.status, " | ", out.diagnostic, " | ",
                   out.reason);
    }
    Config config_;
    MailerSpec prog_;
    Recipient recipient_;
};

TEST_F(ReportRecipientTest, StatusOfAProgramIsThatOfItsExitStatus) {
    struct Row {
        int exit;
        const char* status;
    };
    for (const Row& row :
         {Row{64, "5.5.4"}, Row{65, "5.5.2"}, Row{66, "5.3.0"}, Row{67, "5.1.1"}, Row{68, "5.1.2"},
          Row{69, "5.5.0"}, Row{70, "5.5.0"}, Row{72, "5.5.0"}, Row{73, "5.3.0"}, Row{76, "5.5.0"},
          Row{77, "5.3.0"}, Row{78, "5.5.0"}}) {
        recipient_.status = static_cast<Exit>(row.exit);
        recipient_.dsn = "5.0.0";
        recipient_.status_text = "words";
        EXPECT_EQ(shown(),
                  cat("X-Unix; |cmd x | ", row.status, " | X-Unix; ", row.exit, " | words"));
    }
}

TEST_F(ReportRecipientTest, UnknownExitStatusIsItsOwnReason) {
    recipient_.status = static_cast<Exit>(3);
    recipient_.dsn = "5.3.0";
    recipient_.status_text = "unknown mailer error 3";
    EXPECT_EQ(shown(), "X-Unix; |cmd x | 5.0.0 | X-Unix; 3 | 3");
}

TEST_F(ReportRecipientTest, GivenUpIsWhatItFailedOf) {
    recipient_.status = Exit::kTempFail;
    recipient_.dsn = "4.4.7";
    recipient_.status_text = "Deferred: later";
    EXPECT_EQ(shown(), "X-Unix; |cmd x | 4.4.7 | X-Unix; 75 | Deferred: later");
    recipient_.dsn = "4.0.0";
    EXPECT_EQ(shown(ReturnRequest::Kind::kDelay),
              "X-Unix; |cmd x | 4.2.0 | X-Unix; 75 | Deferred: later");
}

TEST_F(ReportRecipientTest, RefusedIsSaidInTheTranscriptOnly) {
    recipient_.status = Exit::kUsage;
    recipient_.dsn = "5.7.1";
    recipient_.refused_with = 550;
    recipient_.status_text = "is unsafe";
    EXPECT_EQ(shown(), "X-Unix; \"|cmd x\" | 5.7.1 |  | ");
}

TEST_F(ReportRecipientTest, ListFileIsNamedWithoutItsPrefix) {
    MailerSpec include;
    include.name = "*include*";
    recipient_.address = ":include:/lists/a";
    recipient_.target = {&include, "", ":include:/lists/a"};
    recipient_.status = Exit::kUsage;
    recipient_.dsn = "5.2.4";
    recipient_.refused_with = 550;
    EXPECT_EQ(shown(), "rfc822; /lists/a@mx.test | 5.2.4 |  | ");
}

}  // namespace
}  // namespace sm
