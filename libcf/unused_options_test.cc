#include "libcf/unused_options.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

using Lines = std::vector<std::string>;

TEST(UnusedOptions, OnlyWhatIsSetIsToldOf) {
    Options options;
    EXPECT_EQ(notes_about_unused_options(options), Lines{});
    options.shared_memory_key = 7;
    options.control_socket_name = "/run/control";
    options.match_gecos = true;
    options.log_level = 14;
    options.alias_wait = std::chrono::minutes(10);
    EXPECT_EQ(notes_about_unused_options(options),
              (Lines{"option ControlSocketName: not implemented",
                     "option SharedMemoryKey: not implemented"}));
}

}  // namespace
}  // namespace sm
