#include "libcf/expand_macros.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct ExpandCase {
    const char* name;
    const char* text;
    const char* used;  // expand_macros
    const char* read;  // expand_while_reading
};

class ExpandTest : public testing::TestWithParam<ExpandCase> {};

TEST_P(ExpandTest, BothWays) {
    MacroScope scope;
    scope.define("x", "one");
    scope.define("long", "<$x>");
    scope.set("raw", "$x");
    scope.define("loop", "a$&{loop}");
    EXPECT_EQ(expand_macros(GetParam().text, scope), GetParam().used);
    EXPECT_EQ(expand_while_reading(GetParam().text, scope), GetParam().read);
}

INSTANTIATE_TEST_SUITE_P(
    All, ExpandTest,
    testing::Values(
        ExpandCase{"LoneDollar", "a$", "a$", "a$"},
        ExpandCase{"DollarDollar", "a$$b", "a$b", "a$$b"}, ExpandCase{"Unset", "[$q]", "[]", "[]"},
        ExpandCase{"Unclosed", "${x", "x", "x"}, ExpandCase{"Nested", "${long}", "<one>", "<one>"},
        ExpandCase{"RuntimeValueIsFinal", "${raw}", "$x", "$x"},
        ExpandCase{"RuntimeReference", "$&x", "one", "$&x"},
        ExpandCase{"Conditional", "$?x y$|n$.", " y", " y"},
        ExpandCase{"ConditionalElse", "$?q y$|n$.!", "n!", "n!"},
        ExpandCase{"ConditionalNested", "$?x a$?q b$|c$.d$.e", " acde", " acde"},
        ExpandCase{"Operators", "$*$+$-$=w$~{y}$1$@$:$>a", "w{y}a", "$*$+$-$=w$~{y}$1$@$:$>a"}),
    [](const testing::TestParamInfo<ExpandCase>& tp) { return tp.param.name; });

TEST(ExpandMacros, EndsOnALoop) {
    MacroScope scope;
    scope.define("loop", "a${loop}");
    EXPECT_LT(expand_macros("${loop}", scope).size(), 100U);
}

TEST(MacroScope, ScopesAndHiding) {
    MacroScope config;
    config.define("a", "1");
    MacroScope session(&config);
    session.set("a", "2");
    EXPECT_EQ(session.get("a"), "2");
    EXPECT_FALSE(session.is_template("a"));
    session.hide("a");
    EXPECT_EQ(session.find("a"), nullptr);
    session.clear();
    EXPECT_TRUE(session.is_template("a"));
    session.set("b", "x");
    EXPECT_EQ(session.own().size(), 1U);
}

}  // namespace
}  // namespace sm
