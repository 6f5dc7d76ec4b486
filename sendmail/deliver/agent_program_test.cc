#include "sendmail/deliver/agent_program.h"

#include <gtest/gtest.h>

#include "sendmail/deliver/testing.h"

namespace sm {
namespace {

class ArgumentsTest : public testing::Test {
  protected:
    ArgumentsTest() {
        mailer_.name = "local";
        mailer_.path = "/bin/x";
        mailer_.argv = {"x", "-d", "$u"};
        mailer_.flags.set('m');
        batch_.mailer = &mailer_;
    }
    void recipients(const std::vector<std::pair<std::string, std::string>>& list) {
        rows_.resize(list.size());
        for (std::size_t i = 0; i < list.size(); ++i) {
            rows_[i].address = list[i].first;
            rows_[i].target = {&mailer_, "", list[i].second};
            batch_.recipients.push_back(&rows_[i]);
        }
    }
    std::string run(const std::string& sender = "s@x.test") {
        MacroScope scope;
        scope.set("g", sender);
        scope.set("h", "host");
        const auto argv = mailer_arguments(mailer_, scope, batch_, sender);
        return argv.ok() ? join(argv.value(), "|")
                         : cat("error ", static_cast<int>(argv.error().code));
    }
    MailerSpec mailer_;
    Batch batch_;
    std::vector<Recipient> rows_;
};

TEST_F(ArgumentsTest, RepeatedForEachRecipient) {
    recipients({{"a", "a"}, {"b", "b"}});
    EXPECT_EQ(run(), "x|-d|a|b");
}

TEST_F(ArgumentsTest, ValuesAreNotExpandedAgain) {
    recipients({{"a", "$g ${h} `id` $(id);&|<>'\" \\"}});
    EXPECT_EQ(run(), "x|-d|$g ${h} `id` $(id);&|<>'\" \\");
}

TEST_F(ArgumentsTest, NoOptionsOutOfAddresses) {
    recipients({{"-x", "-x"}});
    EXPECT_EQ(run(), "error 65");
    mailer_.argv = {"x", "-a$u"};
    EXPECT_EQ(run(), "x|-a-x");
    mailer_.argv = {"x", "$g"};
    EXPECT_EQ(run("-odq"), "error 65");
}

TEST_F(ArgumentsTest, NoLineBreaks) {
    recipients({{"a\nb", "a\nb"}});
    EXPECT_EQ(run(), "error 65");
}

TEST_F(ArgumentsTest, CommandOfAnAlias) {
    mailer_.argv = {"sh", "-c", "$u"};
    recipients({{"\"|-odd; exit 1\"", "-odd; exit 1"}});
    EXPECT_EQ(run(), "sh|-c|-odd; exit 1");
    batch_.recipients.clear();
    recipients({{"\"|exit 1\"", "\"|exit 1\""}, {"|exit 2", "|exit 2"}, {"|a|b", "a|b"}});
    EXPECT_EQ(run(), "sh|-c|exit 1|exit 2|a|b");
}

// As the reference: quotes and backslashes go, also those within commands.
TEST_F(ArgumentsTest, FlagSTakesQuotesAway) {
    recipients({{"\\user", "\\user"},
                {"\"a b\"", "\"a b\""},
                {"\"a\\\"b\"", "\"a\\\"b\""},
                {"a\\\\b", "a\\\\b"},
                {"x\"y z\"w", "x\"y z\"w"},
                {"end\\", "end\\"}});
    mailer_.flags.set('s');
    EXPECT_EQ(run(), "x|-d|user|a b|a\"b|a\\b|xy zw|end\\");
    batch_.recipients.clear();
    recipients({{"\"-x\"", "\"-x\""}});
    EXPECT_EQ(run(), "error 65");
}

TEST_F(ArgumentsTest, FlagSAndCommands) {
    mailer_.argv = {"sh", "-c", "$u"};
    mailer_.flags.set('s');
    const std::string quoted = "\"|p \\\"two  words\\\" a\\\\ b\"";
    recipients({{quoted, quoted}, {"|\"exit 1\"", "|\"exit 1\""}});
    EXPECT_EQ(run(), "sh|-c|p \"two  words\" a\\ b|exit 1");
}

TEST_F(ArgumentsTest, SenderFlags) {
    recipients({{"a", "a"}});
    mailer_.flags.set('f');
    EXPECT_EQ(run(), "x|-f|s@x.test|-d|a");
    mailer_.flags.reset('f');
    mailer_.flags.set('r');
    EXPECT_EQ(run(), "x|-r|s@x.test|-d|a");
    EXPECT_EQ(run("-bs"), "error 65");
}

TEST_F(ArgumentsTest, ExitCodes) {
    const auto text = [this](int code, int signal = 0) {
        const DeliveryResult result = result_of_program(mailer_, ChildStatus{1, code, signal});
        return cat(static_cast<int>(result.status), ' ', result.dsn, ' ', result.text);
    };
    EXPECT_EQ(text(0), "0 2.0.0 Sent");
    EXPECT_EQ(text(67), "67 5.1.1 User unknown");
    EXPECT_EQ(text(75), "75 4.0.0 Deferred: local mailer (/bin/x) exited with EX_TEMPFAIL");
    EXPECT_EQ(text(0, 9), "75 4.0.0 Deferred: local mailer (/bin/x) exited with EX_TEMPFAIL");
    EXPECT_EQ(text(1), "1 5.3.0 unknown mailer error 1");
    EXPECT_EQ(text(78), "78 5.3.5 Local configuration error");
    EXPECT_EQ(text(71), "71 4.0.0 Operating system error");
}

}  // namespace
}  // namespace sm
