#include "vacation/reply_rules.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

struct RuleCase {
    const char* name;
    const char* text;
    const char* sender;
    bool automatic;
    bool for_me;
};
class ReplyRules : public testing::TestWithParam<RuleCase> {};

TEST_P(ReplyRules, Read) {
    std::vector<std::string> lines;
    for (const std::string_view line : split(GetParam().text, '\n')) lines.emplace_back(line);
    const IncomingMessage got = read_message(lines, {"eric", "allman"});
    EXPECT_EQ(got.sender, GetParam().sender);
    EXPECT_EQ(got.automatic, GetParam().automatic);
    EXPECT_EQ(got.for_me, GetParam().for_me);
}

INSTANTIATE_TEST_SUITE_P(
    All, ReplyRules,
    testing::Values(
        RuleCase{"Empty", "", "", false, false},
        RuleCase{"NoFromLine", "To: eric\n\n", "", false, true},
        RuleCase{"FromLineWithoutSender", "From \nTo: eric\n\n", "", false, true},
        RuleCase{"BodyIsNotLookedAt", "From a@b d\n\nTo: eric\nPrecedence: bulk\n", "a@b", false,
                 false},
        RuleCase{"To", "From a@b Mon\nTo: eric@h\n\n", "a@b", false, true},
        RuleCase{"CcPhraseAndCase", "From a@b Mon\nTo: x\nCC: E <ERIC@h>\n\n", "a@b", false, true},
        RuleCase{"Alias", "From a@b Mon\nTo: allman@h\n\n", "a@b", false, true},
        RuleCase{"OnlyWholeWords", "From a@b Mon\nTo: generic@h, erica@h, x@eric7\n\n", "a@b",
                 false, false},
        RuleCase{"Continued", "From a@b Mon\nTo: joe,\n\teric\n\n", "a@b", false, true},
        RuleCase{"Bulk", "From a@b Mon\nprecedence:  JUNK mail\nTo: eric\n\n", "a@b", true, true},
        RuleCase{"FirstClass", "From a@b Mon\nPrecedence: first-class\n\n", "a@b", false, false},
        RuleCase{"AutoSubmitted", "From a@b Mon\nAuto-Submitted: auto-replied; x\n\n", "a@b", true,
                 false},
        RuleCase{"NotAutoSubmitted", "From a@b Mon\nAuto-Submitted: No; x=y\n\n", "a@b", false,
                 false}),
    [](const testing::TestParamInfo<RuleCase>& tp) { return tp.param.name; });

TEST(ReplyRules, Machines) {
    for (const char* sender : {"", "<>", "foo-request@b", "foo-RELAY", "x-owner@h", "Owner-x@h",
                               "postmaster@h", "uucp", "mailer", "MAILER-DAEMON@x"}) {
        EXPECT_TRUE(is_machine(sender)) << sender;
    }
    for (const char* sender : {"a@b", "request@h", "mailer-demon", "x-owners@h"}) {
        EXPECT_FALSE(is_machine(sender)) << sender;
    }
}

}  // namespace
}  // namespace sm
