#include "sendmail/log/dialogue_log.h"

#include "sendmail/log/testing.h"

namespace sm {
namespace {

TEST(DialogueLog, EachLineWithItsDirection) {
    const auto write = [] {
        log_command("Q1", "EHLO a\tb");
        log_reply("Q1", "250-mx.test Hello\r\n250 HELP\r\n");
        log_reply("", "220 mx.test\r\n");
    };
    EXPECT_EQ(logged(14, write), "");
    EXPECT_EQ(logged(15, write),
              "Q1: <-- EHLO a\\011b\n"
              "Q1: --- 250-mx.test Hello\n"
              "Q1: --- 250 HELP\n"
              "NOQUEUE: --- 220 mx.test\n");
}

}  // namespace
}  // namespace sm
