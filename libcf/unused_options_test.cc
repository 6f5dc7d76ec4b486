#include "libcf/unused_options.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

using Lines = std::vector<std::string>;

TEST(UnusedOptions, OnlyWhatIsSetIsToldOf) {
    Options options;
    EXPECT_EQ(notes_about_unused_options(options), Lines{});
    options.match_gecos = true;
    options.dial_delay = std::chrono::seconds(10);
    options.log_level = 14;
    options.alias_wait = std::chrono::minutes(10);
    EXPECT_EQ(notes_about_unused_options(options),
              (Lines{"option DialDelay: not implemented", "option MatchGECOS: not implemented"}));
}

}  // namespace
}  // namespace sm
