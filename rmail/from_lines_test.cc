#include "rmail/from_lines.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(FromLines, RelaysBecomeAPathNewestFirst) {
    FromLines lines;
    EXPECT_TRUE(*lines.take("From user Mon Nov 23 08:31:06 2026 remote from host2"));
    EXPECT_TRUE(*lines.take(">From user Mon Nov 23 08:30:00 2026 remote from host1"));
    EXPECT_FALSE(*lines.take("Subject: x"));
    EXPECT_EQ(lines.finish()->path, "host2!host1!user");
    EXPECT_EQ(lines.finish()->host, "host2");
}

TEST(FromLines, PathInTheAddress) {
    FromLines lines;
    EXPECT_TRUE(*lines.take("From a!b!user Mon Nov 23 08:31:06 2026"));
    EXPECT_EQ(lines.finish()->path, "a!b!user");
    EXPECT_EQ(lines.finish()->host, "a");
}

TEST(FromLines, RefusesWhatHasNoOrigin) {
    FromLines none;
    EXPECT_EQ(none.finish().error().code, Exit::kDataErr);
    FromLines local;
    EXPECT_TRUE(*local.take("From user Mon Nov 23 08:31:06 2026"));
    EXPECT_EQ(local.finish().error().code, Exit::kDataErr);
    EXPECT_EQ(FromLines().take("From  ").error().code, Exit::kDataErr);
}

}  // namespace
}  // namespace sm
