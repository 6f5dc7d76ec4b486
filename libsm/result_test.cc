#include "libsm/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace sm {
namespace {

// "Cannot tell" must never be read as "absent".
static_assert(!std::is_constructible_v<bool, Result<std::optional<int>>>);
static_assert(std::is_constructible_v<bool, Result<int>>);

Result<int> half(int number) {
    if (number % 2 != 0) return make_error(Exit::kDataErr, "odd");
    return number / 2;
}

Result<std::unique_ptr<int>> quarter(int number) {
    SM_TRY(const int once, half(number));
    SM_TRY(const int twice, half(once));
    return std::make_unique<int>(twice);
}

TEST(Result, TryReturnsTheFirstError) {
    EXPECT_EQ(**quarter(8), 2);
    const auto failed = quarter(6);
    ASSERT_FALSE(failed.ok());
    EXPECT_EQ(failed.error().code, Exit::kDataErr);
}

TEST(Result, DefaultErrorIsTemporary) {
    EXPECT_EQ(Error{}.code, Exit::kTempFail);
    EXPECT_TRUE(is_temporary(Exit::kTempFail) && is_temporary(Exit::kOsErr) &&
                is_temporary(Exit::kIoErr));
    EXPECT_FALSE(is_temporary(Exit::kNoUser));
}

TEST(ExitStatus, EveryRowAnswersItsOwnClass) {
    for (int status = 64; status <= 78; ++status) {
        const ExitInfo* row = find_exit_info(status);
        ASSERT_NE(row, nullptr) << status;
        const bool temporary = is_temporary(row->code);
        EXPECT_EQ(row->smtp / 100, temporary ? 4 : 5) << status;
        EXPECT_EQ(row->dsn[0], temporary ? '4' : '5') << status;
    }
    EXPECT_EQ(find_exit_info(1), nullptr);
    EXPECT_EQ(exit_name(Exit::kNoUser), "EX_NOUSER");
}

}  // namespace
}  // namespace sm
