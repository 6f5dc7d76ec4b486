#include "smrsh/restrict_command.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct Case {
    const char* name;
    const char* command;
    const char* out;  // "!text": refused with that text
};

class RestrictTest : public testing::TestWithParam<Case> {};

TEST_P(RestrictTest, AllowsOnlyTheDirectory) {
    const auto result = restrict_command(GetParam().command, "/d", [](const std::string& path) {
        return path == "/d/vacation" || path == "/d/procmail";
    });
    EXPECT_EQ(result.ok() ? *result : "!" + result.error().text, GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    All, RestrictTest,
    testing::Values(
        Case{"DropsThePath", "/usr/bin/vacation -a x y", "/d/vacation -a x y"},
        Case{"Parent", "../vacation", "/d/vacation"},
        Case{"DotDot", "..", "!\"..\" not available for sendmail programs (stat failed)"},
        Case{"Unknown", "ls", "!\"ls\" not available for sendmail programs (stat failed)"},
        Case{"Exec", "exec /x/procmail", "exec /d/procmail"},
        Case{"BareExec", "exec", "!\"exec\" not available for sendmail programs (stat failed)"},
        Case{"Words", "exit 75", "exit 75"},
        Case{"Joined", "/a/vacation u || exit 75", "/d/vacation u || exit 75"},
        Case{"SecondPartIsChecked", "echo a && ls",
             "!\"ls\" not available for sendmail programs (stat failed)"},
        Case{"Pipe", "echo a | vacation", "!cannot use | in command"},
        Case{"Background", "echo a & ls", "!cannot use & in command"},
        Case{"Substitution", "echo `id`", "!cannot use ` in command"},
        Case{"Variable", "echo $HOME", "!cannot use $ in command"},
        Case{"NewLine", "echo a\nls", "!cannot use \\012 in command"},
        Case{"Redirection", "echo a > /etc/x", "!cannot use > in command"},
        Case{"TrailingJoiner", "exit 1 &&", "!missing command before an operator or at the end"},
        Case{"Assignment", "IFS=x vacation",
             "!\"IFS=x\" not available for sendmail programs (stat failed)"}),
    [](const auto& tp) { return tp.param.name; });

}  // namespace
}  // namespace sm
