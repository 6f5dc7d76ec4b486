#include "sendmail/main/command_line.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

CommandLineResult parse(const std::string& line) {
    std::vector<std::string> argv;
    for (const auto word : split_words(line)) argv.emplace_back(word);
    return parse_command_line(argv);
}

struct BadLine {
    const char* name;
    const char* line;
    const char* message;  // the reference's text
    bool fatal;
};

class BadLineTest : public testing::TestWithParam<BadLine> {};

TEST_P(BadLineTest, SaysTheReferencesWords) {
    const auto result = parse(GetParam().line);
    EXPECT_EQ(result.status, Exit::kUsage);
    EXPECT_EQ(result.fatal, GetParam().fatal);
    ASSERT_FALSE(result.messages.empty());
    EXPECT_EQ(result.messages[0], GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, BadLineTest,
    testing::Values(BadLine{"Mode", "sendmail -bZ", "Invalid operation mode Z", true},
                    BadLine{"Frozen", "sendmail -bz", "Frozen configurations unsupported", true},
                    BadLine{"Unknown", "/usr/sbin/sendmail -x",
                            "/usr/sbin/sendmail: illegal option -- x", true},
                    BadLine{"Missing", "sendmail -t -f",
                            "sendmail: option requires an argument -- f", true},
                    BadLine{"Hops", "sendmail -hx", "Bad hop count (x)", true},
                    BadLine{"Interval", "sendmail -q1x", "Invalid time unit `x'", true},
                    BadLine{"Notify", "sendmail -N never,foo", "Invalid -N argument", true},
                    BadLine{"Return", "sendmail -R foo", "Invalid -R value", true},
                    BadLine{"Body", "sendmail -B foo a", "Illegal body type foo", false},
                    BadLine{"TestWithQueue", "sendmail -bt -q", "Can not use -q with -bt", false},
                    BadLine{"QuarantineList", "sendmail -Q -bp", "Can not use -Q with -bp", false}),
    [](const auto& tp) { return tp.param.name; });

TEST(CommandLine, NamesImplyModesAndFlagsOverrideThem) {
    EXPECT_EQ(parse("/usr/bin/mailq").command.mode, 'p');
    EXPECT_EQ(parse("newaliases").command.mode, 'i');
    EXPECT_EQ(parse("hoststat").command.mode, 'h');
    EXPECT_EQ(parse("purgestat").command.mode, 'H');
    EXPECT_EQ(parse("smtpd").command.mode, 'd');
    EXPECT_EQ(parse("mailq -bs").command.mode, 's');
    EXPECT_EQ(parse("send-mail -v x").command.mode, 'm');
}

TEST(CommandLine, ClustersAndEndOfFlags) {
    const auto result = parse("sendmail -tiv -fuser@host -oi -odq -OLogLevel=5 -- -x y");
    EXPECT_EQ(result.status, Exit::kOk);
    const CommandLine& command = result.command;
    EXPECT_TRUE(command.recipients_from_headers && command.verbose);
    EXPECT_EQ(command.sender, "user@host");
    EXPECT_EQ(command.recipients, (std::vector<std::string>{"-x", "y"}));
    ASSERT_EQ(command.options.size(), 4U);
    EXPECT_EQ(command.options[0].text, "iTrue");
    EXPECT_EQ(command.options[2].text, "dq");
    EXPECT_TRUE(command.options[3].long_form);
}

TEST(CommandLine, SenderMayBeEmpty) {
    const auto result = parse_command_line({"sendmail", "-f", "", "a"});
    EXPECT_EQ(result.command.sender, "");
    EXPECT_EQ(result.command.recipients, (std::vector<std::string>{"a"}));
}

TEST(CommandLine, QueueSelections) {
    const auto run = *parse("sendmail -qf -q!Ra.example -qGlocal -qQspam -qS<x").command.queue_run;
    EXPECT_TRUE(run.foreground && run.quarantined);
    EXPECT_EQ(run.group, "local");
    ASSERT_EQ(run.selectors.size(), 3U);
    EXPECT_TRUE(run.selectors[0].negated);
    EXPECT_EQ(run.selectors[0].kind, 'R');
    EXPECT_EQ(run.selectors[1].kind, 'Q');
    EXPECT_EQ(parse("sendmail -bd -q15m").command.queue_run->interval, std::chrono::minutes(15));
    EXPECT_EQ(parse("sendmail -qp30s").command.queue_run->interval, std::chrono::seconds(30));
    EXPECT_FALSE(parse("sendmail -q").command.queue_run->interval.has_value());
    EXPECT_FALSE(parse("sendmail -bd").command.queue_run.has_value());
}

TEST(CommandLine, DebugQueueAndQuarantineTakeOnlyAttachedValues) {
    const auto command = parse("sendmail -d 0.1 x").command;
    EXPECT_EQ(command.debug, (std::vector<std::string>{""}));
    EXPECT_EQ(command.recipients, (std::vector<std::string>{"0.1", "x"}));
}

TEST(CommandLine, Macros) {
    const auto command = parse("sendmail -Mrproto -M {foo}bar").command;
    using Pair = std::pair<std::string, std::string>;
    EXPECT_EQ(command.macros, (std::vector<Pair>{{"r", "proto"}, {"foo", "bar"}}));
}

}  // namespace
}  // namespace sm
