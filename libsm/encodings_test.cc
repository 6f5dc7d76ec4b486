#include "libsm/encodings.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct CertEncodeCase {
    const char* name;
    std::string in;
    std::string out;
};

class CertEncodeTest : public testing::TestWithParam<CertEncodeCase> {};

TEST_P(CertEncodeTest, Encodes) {
    EXPECT_EQ(cert_encode(GetParam().in), GetParam().out);
}

INSTANTIATE_TEST_SUITE_P(
    All, CertEncodeTest,
    testing::Values(CertEncodeCase{"Space", "Foo Enterprises", "Foo+20Enterprises"},
                    CertEncodeCase{"EmptyInput", "", ""}, CertEncodeCase{"HighBit", "\xff", "+FF"},
                    CertEncodeCase{"Nul", std::string("\0", 1), "+00"},
                    CertEncodeCase{"Special", "\\<>()\"+", "+5C+3C+3E+28+29+22+2B"},
                    CertEncodeCase{"Slash", "/C=US/CN=a", "/C=US/CN=a"}),
    [](const auto& tp) { return tp.param.name; });

TEST(Base64, RoundTripOfEveryLength) {
    std::string data;
    for (int i = 0; i < 260; ++i) {
        EXPECT_EQ(base64_decode(base64_encode(data)), data);
        data += static_cast<char>(i * 7);
    }
}

TEST(Base64, RefusesWhatIsNotStrict) {
    for (const char* bad : {"A", "AA=", "A===", "AA=A", "!!!!", "AAAA AAAA", "AA==AAAA"}) {
        EXPECT_EQ(base64_decode(bad), std::nullopt) << bad;
    }
    EXPECT_EQ(base64_decode(""), "");
}

TEST(Xtext, RoundTripAndRefusals) {
    const std::string all = "a+b=c d\x01\xfe";
    EXPECT_EQ(xtext_encode(all), "a+2Bb+3Dc+20d+01+FE");
    EXPECT_EQ(xtext_decode(xtext_encode(all)), all);
    for (const char* bad : {"+", "+2", "+2b", "a=b", "a b", "+ZZ"}) {
        EXPECT_EQ(xtext_decode(bad), std::nullopt) << bad;
    }
}

}  // namespace
}  // namespace sm
