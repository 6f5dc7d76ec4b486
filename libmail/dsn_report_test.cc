#include "libmail/dsn_report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace sm {
namespace {

std::string body_of(const DsnReport& report) {
    std::string out;
    const TextSink write = [&out](std::string_view text) {
        out += text;
        return Status();
    };
    EXPECT_TRUE(write_dsn_body(report, write, [](const TextSink& sink) {
                    return sink("Subject: hi\n");
                }).ok());
    return out;
}

class DsnReportTest : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "", 1);
        ::tzset();
        report_.boundary = "6AN8V6AX023107.1795422666/mx.sandbox.test";
        report_.reporting_mta = "mx.sandbox.test";
        report_.received_from = "localhost";
        report_.received_from_shown = "localhost [127.0.0.1]";
        report_.arrival = 1795422666;
    }
    DsnReport report_;
};

TEST_F(DsnReportTest, FailureIsByteForByteTheReferencesReport) {
    report_.headers_only = true;
    report_.transcript = "550 5.1.1 <permfail@remote.test>... User unknown\n";
    DsnRecipient recipient;
    recipient.address = "<permfail@remote.test>";
    recipient.final_recipient = "RFC822; permfail@remote.test";
    recipient.actual_recipient = "rfc822; permfail@remote.test";
    recipient.status = "5.1.1";
    recipient.remote_mta = "[127.0.0.1]";
    recipient.diagnostic = "SMTP; 550 5.1.1 no such user at sink";
    recipient.reason = "550 5.1.1 no such user at sink";
    recipient.last_attempt = 1795422666;
    report_.recipients.push_back(recipient);
    EXPECT_EQ(body_of(report_),
              "This is a MIME-encapsulated message\n"
              "\n"
              "--6AN8V6AX023107.1795422666/mx.sandbox.test\n"
              "\n"
              "The original message was received at Mon, 23 Nov 2026 08:31:06 GMT\n"
              "from localhost [127.0.0.1]\n"
              "\n"
              "   ----- The following addresses had permanent fatal errors -----\n"
              "<permfail@remote.test>\n"
              "    (reason: 550 5.1.1 no such user at sink)\n"
              "\n"
              "   ----- Transcript of session follows -----\n"
              "550 5.1.1 <permfail@remote.test>... User unknown\n"
              "\n"
              "--6AN8V6AX023107.1795422666/mx.sandbox.test\n"
              "Content-Type: message/delivery-status\n"
              "\n"
              "Reporting-MTA: dns; mx.sandbox.test\n"
              "Received-From-MTA: DNS; localhost\n"
              "Arrival-Date: Mon, 23 Nov 2026 08:31:06 GMT\n"
              "\n"
              "Final-Recipient: RFC822; permfail@remote.test\n"
              "X-Actual-Recipient: rfc822; permfail@remote.test\n"
              "Action: failed\n"
              "Status: 5.1.1\n"
              "Remote-MTA: DNS; [127.0.0.1]\n"
              "Diagnostic-Code: SMTP; 550 5.1.1 no such user at sink\n"
              "Last-Attempt-Date: Mon, 23 Nov 2026 08:31:06 GMT\n"
              "\n"
              "--6AN8V6AX023107.1795422666/mx.sandbox.test\n"
              "Content-Type: text/rfc822-headers\n"
              "\n"
              "Subject: hi\n"
              "\n"
              "--6AN8V6AX023107.1795422666/mx.sandbox.test--\n"
              "\n");
}

TEST_F(DsnReportTest, SuccessToAMailbox) {
    DsnRecipient recipient;
    recipient.address = "<daemon@sandbox.test>";
    recipient.action = DsnAction::kDelivered;
    recipient.to_mailbox = true;
    recipient.status = "2.1.5";
    report_.recipients.push_back(recipient);
    const std::string body = body_of(report_);
    EXPECT_NE(body.find("had successful delivery notifications -----\n"
                        "<daemon@sandbox.test>  (successfully delivered to mailbox)\n"),
              std::string::npos);
    EXPECT_NE(body.find("\nAction: delivered (to mailbox)\nStatus: 2.1.5\n"), std::string::npos);
}

TEST_F(DsnReportTest, ReasonsFromOutsideStayOnOneLine) {
    DsnRecipient recipient;
    recipient.address = "<a@b>";
    recipient.reason = "550 evil\nX-Injected: yes";
    report_.recipients.push_back(recipient);
    EXPECT_EQ(body_of(report_).find("\nX-Injected"), std::string::npos);
}

TEST_F(DsnReportTest, ContentTypeFoldsTheBoundary) {
    EXPECT_EQ(dsn_content_type(report_),
              "multipart/report; report-type=delivery-status;\n"
              "\tboundary=\"6AN8V6AX023107.1795422666/mx.sandbox.test\"");
}

}  // namespace
}  // namespace sm
