#include "sendmail/server/reply.h"

#include "gtest/gtest.h"
#include "sendmail/server/srv_features.h"

namespace sm {
namespace {

TEST(ReplyTest, LinesOfAGroupAreJoinedByHyphens) {
    Reply reply = make_reply(250, "2.1.5", "<a@b>");
    reply.lines.emplace_back("<c@d>");
    EXPECT_EQ(reply.wire(), "250-2.1.5 <a@b>\r\n250 2.1.5 <c@d>\r\n");
    EXPECT_EQ(reply.text(), "250 2.1.5 <c@d>");
}

TEST(ReplyTest, WithoutEnhancedCode) {
    EXPECT_EQ(make_reply(354, "", "go on").wire(), "354 go on\r\n");
    EXPECT_TRUE(no_reply().none());
    EXPECT_EQ(no_reply().wire(), "");
}

TEST(ReplyTest, HighBitsAreTakenOffUnlessWanted) {
    EXPECT_EQ(make_reply(250, "", "<\xe9@x>").wire(), "250 <i@x>\r\n");
    EXPECT_EQ(make_reply(250, "", "\xc3\xa9").wire(true), "250 \xc3\xa9\r\n");
}

TEST(ReplyTest, OnlyRepliesAboutMailboxesNameThem) {
    EXPECT_EQ(about(550, "<a@b>", "no"), "<a@b>... no");
    EXPECT_EQ(about(450, "<a@b>", "later"), "<a@b>... later");
    EXPECT_EQ(about(451, "<a@b>", "later"), "later");
    EXPECT_EQ(about(551, "<a@b>", "moved"), "moved");
    EXPECT_EQ(about(550, "", "no"), "no");
}

TEST(SrvFeaturesTest, CaseSwitches) {
    SrvFeatures features;
    apply_feature_letters("S A l", &features);
    EXPECT_FALSE(features.starttls);
    EXPECT_FALSE(features.auth);
    EXPECT_TRUE(features.require_auth);
    EXPECT_TRUE(features.complaints.empty());
}

// As the reference understands these values of the access map.
TEST(SrvFeaturesTest, OnlyTheFirstLetterOfAWordCounts) {
    for (const char* value : {"SA", "S2A", "SS", "Sa", "Sxyz"}) {
        SrvFeatures features;
        apply_feature_letters(value, &features);
        EXPECT_FALSE(features.starttls) << value;
        EXPECT_TRUE(features.auth) << value;
    }
    for (const char* value : {"S,A", "S;A", " S  A", ", A,S", "S.A"}) {
        SrvFeatures features;
        apply_feature_letters(value, &features);
        EXPECT_FALSE(features.starttls) << value;
        EXPECT_FALSE(features.auth) << value;
    }
    for (const char* value : {"1A", "-A", "g2A", ""}) {
        SrvFeatures features;
        apply_feature_letters(value, &features);
        EXPECT_TRUE(features.auth) << value;
    }
}

TEST(SrvFeaturesTest, NoExpnMeansNoVerbEither) {
    SrvFeatures features;
    apply_feature_letters("X", &features);
    EXPECT_FALSE(features.expn);
    EXPECT_FALSE(features.verb);
}

TEST(SrvFeaturesTest, LineEnds) {
    SrvFeatures features;
    apply_feature_letters("g2 U O", &features);
    EXPECT_EQ(features.lines.line_feed, BareOctet::kSpace);
    EXPECT_EQ(features.lines.carriage_return, BareOctet::kAccept);
    EXPECT_TRUE(features.lines.other_end);
    apply_feature_letters("g3 u o", &features);
    EXPECT_EQ(features.lines.line_feed, BareOctet::kReject);
    EXPECT_EQ(features.lines.carriage_return, BareOctet::kReject);
    EXPECT_FALSE(features.lines.other_end);
}

TEST(SrvFeaturesTest, UnknownLettersAndVariantsAreReported) {
    SrvFeatures features;
    apply_feature_letters("Z b7", &features);
    ASSERT_EQ(features.complaints.size(), 2U);
    EXPECT_EQ(features.complaints[0], "unknown feature Z");
    EXPECT_TRUE(features.verb);
}

}  // namespace
}  // namespace sm
