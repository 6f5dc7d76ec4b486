#include "praliases/alias_files.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

std::string shown(std::string_view configuration) {
    std::string out;
    for (const AliasSpec& one : alias_files_of(configuration)) {
        out += one.type + "=" + one.path + ";";
    }
    return out;
}

TEST(AliasFiles, OfAConfiguration) {
    EXPECT_EQ(shown(""), "");
    EXPECT_EQ(shown("#O AliasFile=/x\nO AliasWait=5\nOther AliasFile=/y\n"), "");
    EXPECT_EQ(shown("O AliasFile=/etc/mail/aliases\n"), "implicit=/etc/mail/aliases;");
    EXPECT_EQ(shown("O aliasfile = /a, hash:-o /b,btree:/c\nOA/d\n"),
              "implicit=/a;hash=/b;btree=/c;implicit=/d;");
    EXPECT_EQ(shown("O AliasFile=\nO AliasFile=,\nO AliasFile\n"), "");
    EXPECT_EQ(shown("O AliasFile=/with:colon\n"), "implicit=/with:colon;");
}

}  // namespace
}  // namespace sm
