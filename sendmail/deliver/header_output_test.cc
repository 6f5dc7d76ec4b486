#include "sendmail/deliver/header_output.h"

#include <gtest/gtest.h>

#include "libsm/strings.h"

namespace sm {
namespace {

std::string list(std::string_view text) {
    std::string out;
    for (const std::string_view item : split_address_list(text)) append(out, '[', item, ']');
    return out;
}

TEST(SplitAddressList, OddOnes) {
    EXPECT_EQ(list(""), "");
    EXPECT_EQ(list(",, a@b ,\n\tc@d ,"), "[a@b][c@d]");
    EXPECT_EQ(list("\"a, b\" <c@d>, (x, y) e@f"), "[\"a, b\" <c@d>][(x, y) e@f]");
    EXPECT_EQ(list("<@r,@s:a@b>, c@[1,2]"), "[<@r,@s:a@b>][c@[1,2]]");
    EXPECT_EQ(list("g: a@b, c@d;, e"), "[g: a@b][c@d;][e]");
    EXPECT_EQ(list("\"open, a@b"), "[\"open, a@b]");
    EXPECT_EQ(list("a\\,b@c, (open (nested) , d"), "[a\\,b@c][(open (nested) , d]");
}

TEST(FoldAddressList, BreaksBehind78) {
    const std::string a(23, 'a');
    EXPECT_EQ(fold_address_list("To", {}), "To: ");
    EXPECT_EQ(fold_address_list("To", {a, a, std::string(24, 'b')}),
              cat("To: ", a, ", ", a, ", ", std::string(24, 'b')));
    EXPECT_EQ(fold_address_list("To", {a, a, std::string(25, 'b'), "c"}),
              cat("To: ", a, ", ", a, ",\n        ", std::string(25, 'b'), ", c"));
    EXPECT_EQ(fold_address_list("To", {std::string(90, 'x'), "c"}),
              cat("To: ", std::string(90, 'x'), ",\n        c"));
}

}  // namespace
}  // namespace sm
