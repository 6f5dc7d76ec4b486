#include "mailstats/stats_report.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace sm {
namespace {

StatsRecord sample() {
    StatsRecord record;
    record.since = 1795422177;
    record.connections_in = 5678901234567;
    record.connections_out = 26;
    record.connections_rejected = 30;
    record.messages_from[3] = 123456789;
    record.kbytes_from[3] = 9876543210;
    record.messages_to[3] = 16;
    record.kbytes_to[3] = 16;
    record.messages_from[8] = 68;
    record.kbytes_from[8] = 59;
    record.messages_to[8] = 37;
    record.kbytes_to[8] = 52;
    record.rejected[8] = 15;
    record.discarded[8] = 15;
    record.quarantined[8] = 16;
    record.rejected[1] = 5;
    record.messages_from[20] = 5;
    return record;
}

const std::vector<std::string> kNames = {"prog",  "*file*", "*include*", "local", "smtp",
                                         "esmtp", "smtp8",  "dsmtp",     "relay"};

// Printed by the reference program for the same file.
TEST(StatsReport, ForPeople) {
    ::setenv("TZ", "", 1);
    ::tzset();
    EXPECT_EQ(stats_report(sample(), kNames, {}, 0),
              "Statistics from Mon Nov 23 08:22:57 2026\n"
              " M   msgsfr  bytes_from   msgsto    bytes_to  msgsrej msgsdis msgsqur  Mailer\n"
              " 1        0          0K        0          0K        5       0       0  *file*\n"
              " 3 123456789 9876543210K       16         16K        0       0       0  local\n"
              " 8       68         59K       37         52K       15      15      16  relay\n"
              "20        5          0K        0          0K        0       0       0  \n"
              "=====================================================================\n"
              " T 123456862 9876543269K       53         68K       20      15      16\n"
              " C 5678901234567                   26                   30\n");
}

TEST(StatsReport, ManyRejectedConnections) {
    StatsRecord record;
    record.connections_rejected = 123456789;
    const std::string text = stats_report(record, kNames, {}, 0);
    EXPECT_NE(text.find("0               123456789\n"), std::string::npos) << text;
}

TEST(StatsReport, ForPrograms) {
    StatsReportOptions options;
    options.for_programs = true;
    EXPECT_EQ(stats_report(sample(), kNames, options, 1795423606),
              "1795422177 1795423606\n"
              " 1        0          0        0          0        5       0       0  *file*\n"
              " 3 123456789 9876543210       16         16        0       0       0  local\n"
              " 8       68         59       37         52       15      15      16  relay\n"
              "20        5          0        0          0        0       0       0  \n"
              " T 123456862 9876543269       53         68       20      15      16\n"
              " C 5678901234567       26     30\n");
}

TEST(StatsReport, WithoutNames) {
    StatsReportOptions options;
    options.names = false;
    const std::string text = stats_report(sample(), kNames, options, 0);
    EXPECT_NE(text.find("msgsqur\n"), std::string::npos);
    EXPECT_NE(text.find("      15      15      16\n20"), std::string::npos);
    EXPECT_EQ(text.find("relay"), std::string::npos);
}

TEST(StatsSettings, NumbersOfMailersAreThoseOfTheirDefinition) {
    const StatsSettings settings = stats_settings(
        "O StatusFile=/etc/mail/statistics\r\nMlocal, P=/bin/mail\nMprog,\tP=/bin/sh\n"
        "Mrelay P=[IPC]\n#Mno\n");
    EXPECT_EQ(settings.file, "/etc/mail/statistics");
    EXPECT_EQ(settings.mailers,
              (std::vector<std::string>{"prog", "*file*", "*include*", "local", "relay"}));
    EXPECT_EQ(stats_settings("OS/old/form\n").file, "/old/form");
    EXPECT_EQ(stats_settings("").file, std::nullopt);
    EXPECT_EQ(stats_settings("O StatusFile=\n").file, "");
    EXPECT_EQ(stats_settings("O StatusFile=/var/st # comment\n").file, "/var/st");
    EXPECT_EQ(stats_settings("OS/var/st#x\n").file, "/var/st");
}

TEST(StatsSettings, OptionSIsOneLetterWhateverFollows) {
    EXPECT_EQ(stats_settings("OStatusFile=/var/st\n").file, "tatusFile=/var/st");
    EXPECT_EQ(stats_settings("OS=/var/st\n").file, "=/var/st");
    EXPECT_EQ(stats_settings("O StatusFile=/a\nO StatusFile=/b\n").file, "/b");
    EXPECT_EQ(stats_settings("O StatusFile=\"/a\"\n").file, "\"/a\"");
}

TEST(StatsSettings, MailersErrorAndDiscardHaveNumbersWhereDefined) {
    EXPECT_EQ(
        stats_settings("Merror, P=/x\nMdiscard, P=/x\nMl#x\nMlast, P=/x\n").mailers,
        (std::vector<std::string>{"prog", "*file*", "*include*", "error", "discard", "l", "last"}));
}

TEST(StatsReport, LongNamesAreCut) {
    const std::string text =
        stats_report(sample(), {"", "", "", "abcdefghijklmnopqrstuvwxyz"}, {}, 0);
    EXPECT_NE(text.find("  abcdefghijklmnopqrst\n"), std::string::npos);
}

}  // namespace
}  // namespace sm
