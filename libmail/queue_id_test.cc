#include "libmail/queue_id.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

// 2026-11-22 04:47:10 UTC, pid 13817: seen from the reference program.
TEST(QueueId, FormOfTheReference) {
    EXPECT_EQ(QueueId::make(1795322830, 20 * 60 + 46, 13817).str(), "6AM4lAKk013817");
}

TEST(QueueId, LongPid) {
    EXPECT_EQ(QueueId::make(1795322830, 3599, 1234567).str(), "6AM4lAxx1234567");
}

TEST(QueueId, SmallPidAndSequence) {
    EXPECT_EQ(QueueId::make(1795322830, 0, 1).str(), "6AM4lA00000001");
}

struct ValidCase {
    const char* name;
    const char* text;
    bool valid;
};
class QueueIdValid : public testing::TestWithParam<ValidCase> {};
TEST_P(QueueIdValid, Checks) {
    EXPECT_EQ(QueueId(GetParam().text).valid(), GetParam().valid);
}
INSTANTIATE_TEST_SUITE_P(All, QueueIdValid,
                         testing::Values(ValidCase{"Empty", "", false},
                                         ValidCase{"Path", "../../etc/x01", false},
                                         ValidCase{"SlashInside", "6AM4lA/Q013817", false},
                                         ValidCase{"LettersInPid", "6AM4lAKQ01381a", false},
                                         ValidCase{"TooShort", "6AM4lAKQ", false},
                                         ValidCase{"TooLong", "6AM4lAKQ0138170000000", false},
                                         ValidCase{"OutsideBase60", "6AM4lAzQ013817", false},
                                         ValidCase{"OldShortPid", "6AM4lAKQ13817", true},
                                         ValidCase{"Normal", "6AM4lAKQ013817", true},
                                         ValidCase{"SevenDigits", "6AM4lAKQ1234567", true}),
                         [](const testing::TestParamInfo<ValidCase>& tp) { return tp.param.name; });

}  // namespace
}  // namespace sm
