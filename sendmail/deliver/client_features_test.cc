#include "sendmail/deliver/client_features.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

std::string off(const ClientFeatures& features) {
    std::string out;
    if (!features.auth) out += 'A';
    if (!features.dane) out += 'D';
    if (!features.sts) out += 'M';
    if (!features.pipelining) out += 'P';
    if (!features.starttls) out += 'S';
    return out;
}

struct FeatureCase {
    std::string name;
    std::string letters;
    std::string off;
    std::size_t complaints;
};

class ClientFeaturesTest : public testing::TestWithParam<FeatureCase> {};

TEST_P(ClientFeaturesTest, Parse) {
    const ClientFeatures features = parse_client_features(GetParam().letters);
    EXPECT_EQ(off(features), GetParam().off);
    EXPECT_EQ(features.complaints.size(), GetParam().complaints);
}

INSTANTIATE_TEST_SUITE_P(All, ClientFeaturesTest,
                         testing::Values(FeatureCase{"Empty", "", "", 0},
                                         FeatureCase{"Blanks", " \t ", "", 0},
                                         FeatureCase{"LastCounts", "D d M", "M", 0},
                                         FeatureCase{"OnAgain", "s S", "S", 0},
                                         FeatureCase{"Together", "DMPAS", "ADMPS", 0},
                                         FeatureCase{"Unknown", "D x 2 \xff", "D", 2},
                                         FeatureCase{"NothingFound", "> < ?", "", 0}),
                         [](const testing::TestParamInfo<FeatureCase>& tp) {
                             return tp.param.name;
                         });

TEST(ClientFeaturesComplaint, NamesTheLetter) {
    EXPECT_EQ(parse_client_features("Q").complaints.front(), "unknown feature Q");
}

}  // namespace
}  // namespace sm
