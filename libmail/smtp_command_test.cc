#include "libmail/smtp_command.h"

#include "gtest/gtest.h"
#include "libmail/mail_parameters.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct PathCase {
    std::string name;
    std::string argument;
    std::string word;
    // "!scanned" for a refusal, else "address|keyword[=value]|..."
    std::string want;
};

class PathTest : public testing::TestWithParam<PathCase> {};

std::string describe(const PathArgument& path) {
    if (!path.ok) return cat("!", path.scanned);
    std::string out(path.address);
    for (const EsmtpParameter& parameter : path.parameters) {
        append(out, "|", parameter.keyword);
        if (parameter.has_value) append(out, "=", parameter.value);
    }
    return out;
}

TEST_P(PathTest, Splits) {
    EXPECT_EQ(describe(parse_path_argument(GetParam().argument, GetParam().word)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, PathTest,
    testing::Values(PathCase{"Empty", "", "FROM", "!"},
                    PathCase{"NoColon", "FROM", "FROM", "!FROM"},
                    PathCase{"NoAddress", "FROM:", "FROM", "!FROM"},
                    PathCase{"OnlyBlanksBehind", "FROM:   ", "FROM", "!FROM"},
                    PathCase{"MissingColon", "FROM <a@x.test>", "FROM", "!FROM"},
                    PathCase{"OtherWord", "TO:<a@x.test>", "FROM", "!TO"},
                    PathCase{"BlankAroundColon", "FROM\t: <a@x.test>", "FROM", "<a@x.test>"},
                    PathCase{"NoBrackets", "FROM:a@x.test SIZE=1", "FROM", "a@x.test|SIZE=1"},
                    PathCase{"BlankInQuotes", "FROM:\"a b\"@x.test", "FROM", "\"a b\"@x.test"},
                    PathCase{"BlankInBrackets", "FROM:< >", "FROM", "< >"},
                    PathCase{"UnbalancedTakesAll", "FROM:<a@x SIZE=1", "FROM", "<a@x SIZE=1"},
                    PathCase{"CommentIsAddress", "FROM:a(x y) SIZE=1", "FROM", "a(x y)|SIZE=1"},
                    PathCase{"CommentBehindIsParameter", "FROM:<a@x> (c)", "FROM", "<a@x>||c"},
                    PathCase{"SecondEquals", "FROM:<a@x> ENVID=a=b", "FROM", "<a@x>|ENVID=a|b"},
                    PathCase{"EmptyValue", "FROM:<a@x> SIZE= BODY", "FROM", "<a@x>|SIZE=|BODY"},
                    PathCase{"CarriageReturnSeparates", "FROM:<a@x>\rRCPT TO:<b>", "FROM",
                             "<a@x>|RCPT|TO||b"}),
    [](const testing::TestParamInfo<PathCase>& tp) { return tp.param.name; });

TEST(CommandTest, VerbEndsAtABlankOnly) {
    EXPECT_EQ(split_command("  NOOP").verb, "NOOP");
    EXPECT_EQ(split_command("\tNOOP x ").argument, "x");
    EXPECT_EQ(split_command("NO\tOP").verb, "NO\tOP");
    EXPECT_EQ(split_command("NOOP\r").verb, "NOOP");
    EXPECT_EQ(split_command("").verb, "");
}

TEST(CommandTest, NulCutsAndHighBitsGo) {
    EXPECT_EQ(clean_command(std::string_view("NO\0OP", 5), false), "NO");
    EXPECT_EQ(clean_command("\xc3\xa9", false), "C)");
    EXPECT_EQ(clean_command("\xc3\xa9", true), "\xc3\xa9");
}

TEST(CommandTest, WhatIsNeverClosedIsNamed) {
    EXPECT_EQ(parse_path_argument("FROM:<a@b", "FROM").unbalanced, '<');
    EXPECT_EQ(parse_path_argument("FROM:a (b", "FROM").unbalanced, '\0');
    EXPECT_EQ(parse_path_argument("FROM:a(b", "FROM").unbalanced, '(');
    EXPECT_EQ(parse_path_argument("FROM:\"a", "FROM").unbalanced, '"');
    EXPECT_EQ(parse_path_argument("FROM:<a@b>", "FROM").unbalanced, '\0');
}

TEST(CommandTest, HeloNames) {
    EXPECT_TRUE(is_helo_name("[IPv6:::1]"));
    EXPECT_TRUE(is_helo_name("_a-b.c#1"));
    EXPECT_FALSE(is_helo_name("a b"));
    EXPECT_FALSE(is_helo_name("a@b"));
    EXPECT_FALSE(is_helo_name("\xe9"));
}

struct ParameterCase {
    std::string name;
    std::string given;
    std::string want;  // "" accepted, else "code dsn text"
};

class MailParameterTest : public testing::TestWithParam<ParameterCase> {};
class RcptParameterTest : public testing::TestWithParam<ParameterCase> {};

std::string describe(const std::optional<ParameterError>& bad) {
    return bad ? cat(bad->code, " ", bad->dsn, " ", bad->text) : std::string();
}

TEST_P(MailParameterTest, Checks) {
    const std::string line = cat("FROM:<a@x> ", GetParam().given);
    const PathArgument path = parse_path_argument(line, "FROM");
    MailParameters out;
    EXPECT_EQ(describe(parse_mail_parameters(path.parameters, {true, true, 60}, &out)),
              GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, MailParameterTest,
    testing::Values(
        ParameterCase{"SizeHuge", "SIZE=9223372036854775808",
                      "552 5.2.3 Message size exceeds maximum value"},
        ParameterCase{"SizeNegative", "SIZE=-5", "552 5.2.3 Message size invalid"},
        ParameterCase{"SizeWord", "SIZE=abc", ""}, ParameterCase{"SizeEmpty", "SIZE=", ""},
        ParameterCase{"SizeBare", "SIZE", "501 5.5.2 SIZE requires a value"},
        ParameterCase{"BodyLower", "body=8bitmime", ""},
        ParameterCase{"BodyOther", "BODY=BINARYMIME", "501 5.5.4 Unknown BODY type BINARYMIME"},
        ParameterCase{"RetTwice", "RET=FULL RET=HDRS", "501 5.5.0 Duplicate RET parameter"},
        ParameterCase{"RetBad", "RET=", "501 5.5.2 Bad argument \"\" to RET"},
        ParameterCase{"EnvidLowerHex", "ENVID=a+3d", ""},
        ParameterCase{"EnvidBadHex", "ENVID=a+ZZ",
                      "501 5.5.4 Syntax error in ENVID parameter value"},
        ParameterCase{"AuthCutHex", "AUTH=a+3", "501 5.5.4 Syntax error in AUTH parameter value"},
        ParameterCase{"ByNoSemicolon", "BY=10", "501 5.5.2 BY= missing ';'"},
        ParameterCase{"ByNoMode", "BY=100;", "501 5.5.2 illegal by-mode '?'"},
        ParameterCase{"ByTrace", "BY=100;RX", "501 5.5.2 illegal by-trace 'X'"},
        ParameterCase{"ByRange", "BY=1000000000;R", "501 5.5.2 BY=1000000000;R out of range"},
        ParameterCase{"ByZero", "BY=0;R", "501 5.5.4 mode R requires BY time > 0"},
        ParameterCase{"ByBelowMinimum", "BY=59;R", "555 5.5.2 time 59 less than 60"},
        ParameterCase{"ByNegativeNotify", "BY=-5;N", ""},
        ParameterCase{"Unknown", "=1", "555 5.5.4  parameter unrecognized"},
        ParameterCase{"Notify", "NOTIFY=NEVER", "555 5.5.4 NOTIFY parameter unrecognized"}),
    [](const testing::TestParamInfo<ParameterCase>& tp) { return tp.param.name; });

TEST_P(RcptParameterTest, Checks) {
    const std::string line = cat("TO:<a@x> ", GetParam().given);
    const PathArgument path = parse_path_argument(line, "TO");
    RcptParameters out;
    EXPECT_EQ(describe(parse_rcpt_parameters(path.parameters, {}, &out)), GetParam().want);
}

INSTANTIATE_TEST_SUITE_P(
    All, RcptParameterTest,
    testing::Values(ParameterCase{"NeverWithOther", "NOTIFY=NEVER,SUCCESS",
                                  "501 5.5.4 Bad argument \"NEVER\"  to NOTIFY"},
                    ParameterCase{"NotifyTrailingComma", "NOTIFY=SUCCESS,",
                                  "501 5.5.4 Bad argument \"\"  to NOTIFY"},
                    ParameterCase{"NotifyTwice", "NOTIFY=SUCCESS NOTIFY=FAILURE", ""},
                    ParameterCase{"OrcptNoType", "ORCPT=x@y",
                                  "501 5.5.4 Syntax error in ORCPT parameter value"},
                    ParameterCase{"OrcptEmptyType", "ORCPT=;x",
                                  "501 5.5.4 Syntax error in ORCPT parameter value"},
                    ParameterCase{"OrcptTwice", "ORCPT=rfc822;a ORCPT=rfc822;b",
                                  "501 5.5.0 Duplicate ORCPT parameter"},
                    ParameterCase{"Size", "SIZE=1", "555 5.5.4 SIZE parameter unrecognized"}),
    [](const testing::TestParamInfo<ParameterCase>& tp) { return tp.param.name; });

TEST(RcptParameterValues, OrcptIsDecodedAndNeverIsNothing) {
    const PathArgument path = parse_path_argument("TO:<a> ORCPT=rfc822;a+40b NOTIFY=never", "TO");
    RcptParameters out;
    ASSERT_FALSE(parse_rcpt_parameters(path.parameters, {}, &out));
    EXPECT_EQ(out.orcpt, "rfc822;a@b");
    EXPECT_TRUE(out.notify_given);
    EXPECT_FALSE(out.notify_failure);
}

TEST(MailParameterValues, DsnOff) {
    const PathArgument path = parse_path_argument("FROM:<a> RET=FULL", "FROM");
    MailParameters out;
    ParameterPolicy policy;
    policy.dsn = false;
    EXPECT_EQ(describe(parse_mail_parameters(path.parameters, policy, &out)),
              "504 5.7.0 Sorry, RET not supported, we do not allow DSN");
}

}  // namespace
}  // namespace sm
