#include "sendmail/queue/qf_codec.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

// Control files written by the reference program (8.17.1), byte for byte.
constexpr const char* kAllParameters =
    "V8\nT1795422219\nK0\nN0\nP150091\nB8BITMIME\nF8dns\n$_localhost [127.0.0.1]\n$rESMTP\n"
    "$sclient.test\n${daemon_flags}\nS<a@x.test>\nZt+2B1\nA<>\n!\x11 3600\n"
    "rRFC822; alice@sandbox.test\nRPNF:<alice@sandbox.test>\n"
    "rRFC822; daemon@sandbox.test\nRPND:<daemon@sandbox.test>\n"
    "rRFC822; both@sandbox.test\nRPFD:<both@sandbox.test>\n"
    "Qrfc822;o+2Bx@y.test\nrRFC822; u@remote.test\nRPNSFD:<u@remote.test>\n"
    "rRFC822; v@remote.test\nRPN:<v@remote.test>\n"
    "H?P?Return-Path: <\x81g>\n"
    "H??Received: from client.test (localhost [127.0.0.1])\n"
    "\tby mx.sandbox.test (8.17.1.9/8.17.1.9) with ESMTP id 6AN8Ndal015581;\n"
    "\tMon, 23 Nov 2026 08:23:39 GMT\n"
    "H?D?Date: Mon, 23 Nov 2026 08:23:39 GMT\nH?F?From: a@x.test\n"
    "H?M?Message-Id: <202611230823.6AN8Ndal015581@mx.sandbox.test>\n"
    "H??Subject: hello\n world\nH??Bcc: q@x\nH??X-8: caf\xe9\n.\n";

constexpr const char* kQuarantined =
    "V8\nT1795422219\nK0\nN0\nP30004\nqsuspicious sender\nFs\n$_localhost [127.0.0.1]\n$rESMTP\n"
    "$sclient.test\n${daemon_flags}\nS<x@quar.test>\n!\x02 20\nrRFC822; u@remote.test\n"
    "RPFD:<u@remote.test>\nH?P?Return-Path: <\x81g>\nH?D?Date: Mon, 23 Nov 2026 08:23:39 GMT\n.\n";

constexpr const char* kAfterAttempt =
    "V8\nT1795422448\nK1795422449\nN1\nP120297\nI254/0/10954078\n"
    "MDeferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL\nFs\n$_localhost [127.0.0.1]\n"
    "$rESMTP\n$sclient.test\n${daemon_flags}\nS<a@x.test>\n"
    "Cerrtemp:65534:0:<errtemp@sandbox.test>\nQrfc822;foo@bar\nrRFC822; errtemp@sandbox.test\n"
    "RPNSA:\"|exit 75\"\nC\nrRFC822; sync@sandbox.test\nRPFD:<sync@sandbox.test>\n"
    "MDeferred: 451 4.3.0 try later\nrRFC822; utempfail@remote.test\n"
    "RPFD:<utempfail@remote.test>\nMDeferred: 451 4.3.0 try later\n"
    "rRFC822; tempfail2@remote.test\nRPFD:<tempfail2@remote.test>\n"
    "H?P?Return-Path: <\x81g>\nH??Subject: hello\n.\n";

constexpr const char* kLocalSubmission =
    "V8\nT1795422178\nK0\nN0\nP90018\nFs\n$_root@localhost\n${daemon_flags}c u\nSroot\n"
    "Aroot@mx.sandbox.test\nCdaemon:1:1:alice\nrRFC822; alice@mx.sandbox.test\nRPFDA:daemon\n"
    "Cerrtemp:65534:0:errtemp\nrRFC822; errtemp@mx.sandbox.test\nRPFDA:\"|exit 75\"\nC\n"
    "rRFC822; games@sandbox.test\nRPFD:games@sandbox.test\nH?x?Full-Name: root\n"
    "H?${nosuch}?X-R: r mx.sandbox.test\nH??X-Empty:\nH??X-No-Blank:foo\n.\n";

struct RoundTripCase {
    const char* name;
    const char* text;
};
class QfRoundTrip : public testing::TestWithParam<RoundTripCase> {};

TEST_P(QfRoundTrip, DecodedAndEncodedAgainIsTheSame) {
    Envelope envelope;
    QfExtras extras;
    ASSERT_TRUE(decode_qf(GetParam().text, &envelope, &extras).ok());
    EXPECT_EQ(extras.unknown, "");
    EXPECT_EQ(encode_qf(envelope, extras, standard_saved_macros()), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(All, QfRoundTrip,
                         testing::Values(RoundTripCase{"AllParameters", kAllParameters},
                                         RoundTripCase{"Quarantined", kQuarantined},
                                         RoundTripCase{"AfterAttempt", kAfterAttempt},
                                         RoundTripCase{"LocalSubmission", kLocalSubmission}),
                         [](const testing::TestParamInfo<RoundTripCase>& tp) {
                             return tp.param.name;
                         });

TEST(QfDecode, ValuesOfTheReference) {
    Envelope envelope;
    QfExtras extras;
    ASSERT_TRUE(decode_qf(kAllParameters, &envelope, &extras).ok());
    EXPECT_EQ(envelope.created, 1795422219);
    EXPECT_EQ(envelope.priority, 150091);
    EXPECT_EQ(envelope.body_type, "8BITMIME");
    EXPECT_TRUE(envelope.has_8bit && envelope.ret_given && envelope.no_body_return);
    EXPECT_FALSE(envelope.is_response);
    EXPECT_EQ(envelope.envid, "t+1");
    EXPECT_EQ(envelope.auth_param, "<>");
    ASSERT_TRUE(envelope.deliver_by);
    EXPECT_EQ(envelope.deliver_by->mode, 'N');
    EXPECT_TRUE(envelope.deliver_by->trace);
    EXPECT_EQ(envelope.deliver_by->seconds, 3600);
    ASSERT_EQ(envelope.recipients.size(), 5U);
    EXPECT_EQ(envelope.recipients[3].orcpt, "rfc822;o+x@y.test");
    EXPECT_TRUE(envelope.recipients[4].notify.never());
    EXPECT_EQ(envelope.macros.get("s"), "client.test");
    ASSERT_NE(envelope.headers.find("Return-Path"), nullptr);
    EXPECT_TRUE(envelope.headers.find("Return-Path")->is_template);
    EXPECT_EQ(envelope.headers.find("Return-Path")->flags, "P");
    EXPECT_TRUE(envelope.headers.find("subject")->from_message);
    EXPECT_EQ(envelope.headers.find("subject")->value, " hello\n world");
}

TEST(QfDecode, OwnersOfListsAreKept) {
    Envelope envelope;
    envelope.sender = "<poster@x.test>";
    for (const char* owner : {"", "<owner@x.test>", "<owner@x.test>", "", "<o2@x.test>"}) {
        Recipient recipient;
        recipient.address = cat("r", envelope.recipients.size(), "@y.test");
        recipient.owner = owner;
        envelope.recipients.push_back(std::move(recipient));
    }
    Envelope again;
    QfExtras extras;
    ASSERT_TRUE(
        decode_qf(encode_qf(envelope, extras, standard_saved_macros()), &again, &extras).ok());
    ASSERT_EQ(again.recipients.size(), envelope.recipients.size());
    for (std::size_t i = 0; i < again.recipients.size(); ++i) {
        EXPECT_EQ(again.recipients[i].owner, envelope.recipients[i].owner) << i;
    }
    EXPECT_TRUE(again.macros.get(kListOwner).empty());
    EXPECT_EQ(again.sender, envelope.sender);
}

// As the reference has it; a file of before may have it as it is.
TEST(QfDecode, AuthParameterIsXtext) {
    for (const char* line : {"Ab+2Bt@x.test", "Ab+t@x.test"}) {
        std::string text = kLocalSubmission;
        const std::string_view old = "Aroot@mx.sandbox.test";
        text.replace(text.find(old), old.size(), line);
        Envelope envelope;
        QfExtras extras;
        ASSERT_TRUE(decode_qf(text, &envelope, &extras).ok());
        EXPECT_EQ(envelope.auth_param, "b+t@x.test");
        EXPECT_NE(encode_qf(envelope, extras, standard_saved_macros()).find("\nAb+2Bt@x.test\n"),
                  std::string::npos);
    }
}

TEST(QfDecode, StatusBelongsToTheNextRecipient) {
    Envelope envelope;
    QfExtras extras;
    ASSERT_TRUE(decode_qf(kAfterAttempt, &envelope, &extras).ok());
    EXPECT_EQ(envelope.status_text, "Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL");
    ASSERT_EQ(envelope.recipients.size(), 4U);
    EXPECT_EQ(envelope.recipients[0].status_text, "");
    EXPECT_EQ(envelope.recipients[2].status_text, "Deferred: 451 4.3.0 try later");
    ASSERT_TRUE(envelope.recipients[0].controlling_user);
    EXPECT_EQ(envelope.recipients[0].controlling_user->uid, 65534U);
    EXPECT_EQ(envelope.recipients[0].controlling_user->alias, "<errtemp@sandbox.test>");
    EXPECT_FALSE(envelope.recipients[1].controlling_user);
    ASSERT_TRUE(extras.body_place);
    EXPECT_EQ(extras.body_place->inode, 10954078U);
}

// Every prefix of a control file is a cut one.
TEST(QfDecode, EveryCutIsNoticed) {
    const std::string text = kAllParameters;
    for (std::size_t length = 0; length < text.size(); ++length) {
        Envelope envelope;
        QfExtras extras;
        EXPECT_FALSE(decode_qf(text.substr(0, length), &envelope, &extras).ok()) << length;
    }
}

TEST(QfDecode, ZeroBytesAreNotAControlFile) {
    Envelope envelope;
    QfExtras extras;
    EXPECT_FALSE(decode_qf(std::string(1024, '\0'), &envelope, &extras).ok());
}

struct BadCase {
    const char* name;
    const char* line;
};
class QfBadRecord : public testing::TestWithParam<BadCase> {};
TEST_P(QfBadRecord, IsAnError) {
    Envelope envelope;
    QfExtras extras;
    const Status status =
        decode_qf(cat("V8\nT1\nS<>\n", GetParam().line, "\n.\n"), &envelope, &extras);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, Exit::kDataErr);
}
INSTANTIATE_TEST_SUITE_P(
    All, QfBadRecord,
    testing::Values(BadCase{"FutureVersion", "V9"},
                    BadCase{"NumberTooLarge", "T99999999999999999999"},
                    BadCase{"NotANumber", "Nfew"}, BadCase{"RecipientWithoutColon", "RPFD"},
                    BadCase{"EmptyRecipient", "RPFD:"}, BadCase{"HeaderWithoutColon", "H??Subject"},
                    BadCase{"HeaderWithoutName", "H??: x"},
                    BadCase{"OpenCondition", "H?PSubject: x"}, BadCase{"OpenMacroName", "${foo"},
                    BadCase{"UidTooLarge", "Cx:99999999999:0:a"},
                    BadCase{"NegativeUid", "Cx:-1:0:a"}, BadCase{"NoBySeconds", "!\x02"},
                    BadCase{"TwoPartInode", "I1/2"}),
    [](const testing::TestParamInfo<BadCase>& tp) { return tp.param.name; });

TEST(QfDecode, UnknownLettersAreSkipped) {
    Envelope envelope;
    QfExtras extras;
    ASSERT_TRUE(decode_qf("V8\nYfoo\nS<a@b>\nRPFD:<c@d>\n.\n", &envelope, &extras).ok());
    EXPECT_EQ(extras.unknown, "Y");
    EXPECT_EQ(envelope.recipients.size(), 1U);
}

TEST(QfDecode, NoNotifyLettersMeanTheDefault) {
    Envelope envelope;
    QfExtras extras;
    ASSERT_TRUE(decode_qf("V8\nS<a@b>\nRP:<c@d>\n.\n", &envelope, &extras).ok());
    EXPECT_TRUE(envelope.recipients[0].notify.failure);
}

TEST(QfEncode, NoValueCanForgeARecord) {
    Envelope envelope;
    envelope.sender = "<a@b>\nRPFD:<root>";
    envelope.status_text = "x\r\nS<evil>";
    envelope.quarantine_reason = "q\nF8";
    envelope.macros.set("s", "helo\nH??X: y");
    Recipient recipient;
    recipient.address = "<c@d>\n.\n";
    envelope.recipients.push_back(recipient);
    HeaderField field;
    field.name = "Sub\nject";
    field.value = " one\n.\nRPFD:<root>\n\n";
    field.from_message = true;
    envelope.headers.append(field);
    const std::string text = encode_qf(envelope, {}, standard_saved_macros());
    EXPECT_EQ(text,
              "V8\nT0\nK0\nN0\nP0\nqq F8\nMx  S<evil>\n$shelo H??X: y\nS<a@b> RPFD:<root>\n"
              "RPFD:<c@d> . \nH??Sub ject: one\n\t.\n\tRPFD:<root>\n.\n");
    Envelope again;
    QfExtras extras;
    ASSERT_TRUE(decode_qf(text, &again, &extras).ok());
    EXPECT_EQ(again.recipients.size(), 1U);
    EXPECT_EQ(again.headers.fields().size(), 1U);
}

// The markers 0x80..0x9F and 0xFF are escaped as the reference escapes them.
TEST(QfEncode, MarkersInHeadersAreEscaped) {
    Envelope envelope;
    HeaderField field;
    field.name = "X";
    for (int c = 0x7F; c < 0x100; ++c) field.value += static_cast<char>(c);
    field.from_message = true;
    envelope.headers.append(field);
    const std::string text = encode_qf(envelope, {}, {});
    EXPECT_NE(text.find("H??X:\x7F\xFF\x80\xFF\x81"), std::string::npos);
    EXPECT_NE(text.find("\xFF\x9F\xA0\xA1"), std::string::npos);
    EXPECT_NE(text.find("\xFE\xFF\xFF\n"), std::string::npos);
    Envelope again;
    QfExtras extras;
    ASSERT_TRUE(decode_qf(text, &again, &extras).ok());
    EXPECT_EQ(again.headers.fields()[0].value, field.value);
    EXPECT_FALSE(again.headers.fields()[0].is_template);
}

TEST(QfEncode, OnlyRecipientsStillOwedAreWritten) {
    Envelope envelope;
    for (const auto state :
         {Recipient::State::kQueued, Recipient::State::kSent, Recipient::State::kFailed,
          Recipient::State::kDropped, Recipient::State::kExpanded}) {
        Recipient recipient;
        recipient.address = cat("<r", static_cast<int>(state), "@x>");
        recipient.state = state;
        envelope.recipients.push_back(recipient);
    }
    const std::string text = encode_qf(envelope, {}, {});
    EXPECT_NE(text.find("RPFD:<r0@x>\nRPFD:<r2@x>\n.\n"), std::string::npos) << text;
}

TEST(QfEncode, AnAccountThatStandsForItselfHasNoController) {
    Envelope envelope;
    Recipient recipient;
    recipient.address = "<sync@x>";
    recipient.controlling_user = ControllingUser{"sync", 4, 65534, "<sync@x>"};
    envelope.recipients.push_back(recipient);
    EXPECT_EQ(encode_qf(envelope, {}, {}).find("C"), std::string::npos);
}

TEST(QfEncode, FlagsTellWhoNamedTheRecipient) {
    Envelope envelope;
    for (const char* name : {"alone", "of-list", "of-file"}) {
        Recipient& recipient = envelope.recipients.emplace_back();
        recipient.address = name;
        recipient.primary = recipient.address == "alone";
        recipient.from_alias = recipient.address != "of-file";
    }
    EXPECT_NE(encode_qf(envelope, {}, {}).find("RPFDA:alone\nRFDA:of-list\nRFD:of-file\n"),
              std::string::npos);
}

// Read again it must not be opened again: the others have their copies.
TEST(QfEncode, AListThatNamesItselfIsWrittenAsItsMailbox) {
    Envelope envelope;
    Recipient& recipient = envelope.recipients.emplace_back();
    recipient.address = "<info@virtual.test>";
    recipient.target.user = "user";
    recipient.own_mailbox = true;
    EXPECT_NE(encode_qf(envelope, {}, {}).find("RPFD:\\user\n"), std::string::npos);
}

TEST(QfDecode, ControllerTellsWhatARecipientWasExpandedFrom) {
    Envelope envelope;
    QfExtras extras;
    ASSERT_TRUE(
        decode_qf("V8\nT1\nS<a@b>\nCuser:1:1:<p@x>\nRFDA:user\n.\n", &envelope, &extras).ok());
    EXPECT_EQ(envelope.recipients[0].alias_of, "<p@x>");
}

TEST(QfEncode, BodyOctetsTravelAsAMacro) {
    Envelope envelope;
    QfExtras extras;
    extras.body_octets = 4711;
    const std::string text = encode_qf(envelope, extras, {});
    EXPECT_NE(text.find("${body_octets}4711\n"), std::string::npos);
    QfExtras again;
    ASSERT_TRUE(decode_qf(text, &envelope, &again).ok());
    EXPECT_EQ(again.body_octets, 4711);
    EXPECT_EQ(envelope.macros.find("body_octets"), nullptr);
}

TEST(QfDecodeLeniently, KeepsWhatCameBeforeTheCut) {
    Envelope envelope;
    QfExtras extras;
    decode_qf_leniently("V8\nT77\nS<a@b>\nRPFD:<c@d>\nRPF", &envelope, &extras);
    EXPECT_EQ(envelope.created, 77);
    EXPECT_EQ(envelope.recipients.size(), 1U);
}

}  // namespace
}  // namespace sm
