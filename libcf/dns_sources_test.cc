#include "libcf/dns_sources.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(DnsSources, TextForRulesIsTheFirstStringInPrintableCharacters) {
    EXPECT_EQ(txt_for_rules({}), "");
    EXPECT_EQ(txt_for_rules("\x09"), "");
    EXPECT_EQ(txt_for_rules("\x09short"), "short");
    EXPECT_EQ(txt_for_rules("\x03one\x03two"), "one");
    EXPECT_EQ(txt_for_rules("\x08"
                            "a\tb\nc\x7f d\xe9"),
              "aXbXcX d");
}

TEST(DnsSources, TlsaInHexadecimal) {
    EXPECT_EQ(tlsa_for_rules(std::string_view("\x03\x01\x00\x8c\xb0", 5)), "03 01 00 8C:B0");
    EXPECT_EQ(tlsa_for_rules({}), "");
}

}  // namespace
}  // namespace sm
