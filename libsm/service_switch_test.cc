#include "libsm/service_switch.h"

#include <gtest/gtest.h>

#include "libsm/files.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

using Words = std::vector<std::string>;

TEST(ServiceSwitch, Lines) {
    const ServiceSwitch lines(
        "# comment\n"
        "hosts\tfiles dns # nis\n"
        "Aliases NIS Files\n"
        "  passwd files\n"
        "twice one\n"
        "twice two three\n"
        "none\n"
        "comment#files\n"
        "colon: files\n"
        "crlf files\r\n");
    EXPECT_EQ(lines.services("hosts"), (Words{"files", "dns"}));
    EXPECT_EQ(lines.services("aliases"), (Words{"nis", "files"}));
    EXPECT_EQ(lines.services("PASSWD"), Words{});  // no line begins with white space
    EXPECT_EQ(lines.services("TWICE"), (Words{"two", "three"}));
    EXPECT_EQ(lines.services("none"), Words{});
    EXPECT_EQ(lines.services("comment"), Words{});
    EXPECT_EQ(lines.services("colon"), Words{});
    EXPECT_EQ(lines.services("crlf"), Words{"files"});
    EXPECT_EQ(lines.services("nosuch"), Words{});
}

TEST(ServiceSwitch, WithoutAFileNothingIsListed) {
    EXPECT_EQ(ServiceSwitch::read("", {})->services("hosts"), Words{});
    EXPECT_EQ(ServiceSwitch::read("/nosuch/service.switch", {})->services("hosts"), Words{});
}

TEST(ServiceSwitch, FileThatIsTooLargeCannotTell) {
    const TestFolder folder;
    const std::string path = folder.path() + "/switch";
    ASSERT_TRUE(replace_file(path, std::string((1U << 20) + 1, '#'), 0600).ok());
    SafeFilePolicy policy;
    policy.trust_sticky_bit = true;
    const auto lines = ServiceSwitch::read(path, policy);
    ASSERT_FALSE(lines.ok());
    EXPECT_EQ(lines.error().code, Exit::kTempFail);
}

}  // namespace
}  // namespace sm
