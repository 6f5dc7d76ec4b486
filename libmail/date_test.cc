#include "libmail/date.h"

#include <cstdlib>
#include <ctime>

#include "gtest/gtest.h"

namespace sm {
namespace {

class DateTest : public testing::Test {
  protected:
    static void zone(const char* name) {
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    void TearDown() override { zone("UTC"); }
};

TEST_F(DateTest, UtcIsCalledGmt) {
    zone("UTC");
    EXPECT_EQ(rfc822_date(1795323782), "Sun, 22 Nov 2026 05:03:02 GMT");
    EXPECT_EQ(ctime_date(1793588582), "Mon Nov  2 03:03:02 2026");
    EXPECT_EQ(utc_stamp(1795323782), "202611220503");
}

TEST_F(DateTest, OtherZonesHaveOffsetAndName) {
    zone("XYZ+3:30");
    EXPECT_EQ(rfc822_date(1795323782), "Sun, 22 Nov 2026 01:33:02 -0330 (XYZ)");
    zone("ABC-1");
    EXPECT_EQ(rfc822_date(1795323782), "Sun, 22 Nov 2026 06:03:02 +0100 (ABC)");
    EXPECT_EQ(utc_stamp(1795323782), "202611220503");
}

}  // namespace
}  // namespace sm
