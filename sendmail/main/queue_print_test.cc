#include "sendmail/main/queue_print.h"

#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

class FakeClock final : public Clock {
  public:
    [[nodiscard]] std::int64_t now() const override { return 1795422300; }
};

// The expected texts were printed by the reference program for the same files.
class QueuePrintTest : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "", 1);
        ::tzset();
        QueueGroupSpec group;
        group.name = "mqueue";
        group.directories = {dir_};
        config_.queue_groups.push_back(group);
    }

    void put(const std::string& name, const std::string& control, const std::string& body) {
        ASSERT_TRUE(replace_file(cat(dir_, '/', name), control, 0600).ok());
        ASSERT_TRUE(replace_file(cat(dir_, "/df", name.substr(2)), body, 0600).ok());
    }
    std::string print() {
        std::string out;
        code_ = print_queue(config_, store_, clock_, options_,
                            [&out](std::string_view text) { out += text; });
        return out;
    }

    const TestFolder folder_;
    const std::string& dir_ = folder_.path();
    Config config_;
    FakeClock clock_;
    QueueStore store_{config_, clock_};
    QueuePrintOptions options_;
    Exit code_ = Exit::kOk;
};

const std::string kLong(120, 'a');

std::string first_job() {
    return cat(
        "V8\nT1795422219\nK1795422219\nN1\nP30001\nBS8BITMIME\nqheld for a very long reason ",
        kLong, "\nMDeferred: ", kLong, "\nFw8\n$_x\nS<", kLong, "@x.test>\nCdaemon:1:1:foo\nRPFD:<",
        kLong, "@y.test>\nMfoo bar\nC\nRPFD:<b@c>\nCnews:9:9:bar\nRPFD:<d@e>\nH??Subject: x\n.\n");
}
constexpr const char* kPlain = "V8\nT1795422219\nK0\nN0\nP30003\nSroot\nRPFD:daemon\n.\n";

TEST_F(QueuePrintTest, Empty) {
    EXPECT_EQ(print(), cat(dir_, " is empty\n\t\tTotal requests: 0\n"));
}

TEST_F(QueuePrintTest, Listing) {
    put("qf6AN8AAAA000001", first_job(), "body");
    put("qf6AN8AAAA000003", kPlain, "body");
    put("qf6AN8AAAA000005",
        "V8\nT1795422219\nK0\nN0\nP1234567890123\nB7BIT\nMfoo\nSroot\nRPFD:daemon\n", "body");
    EXPECT_EQ(
        print(),
        cat("\t\t", dir_,
            " (3 requests)\n"
            "-----Q-ID----- --Size-- -----Q-Time----- ------------Sender/Recipient-----------\n"
            "6AN8AAAA000001        4 Mon Nov 23 08:23 <",
            kLong.substr(0, 38), "\n     QUARANTINE: held for a very long reason ",
            kLong.substr(0, 32), "\n     S8BITMIME   (Deferred: ", kLong.substr(0, 50),
            ")\n\t\t\t\t\t <", kLong.substr(0, 37),
            "\n\t\t\t\t\t <b@c>\n\t\t\t\t\t <d@e>\n"
            "6AN8AAAA000003        4 Mon Nov 23 08:23 root\n\t\t\t\t\t daemon\n"
            "6AN8AAAA000005        4 Mon Nov 23 08:23 root\n          7BIT   (foo)\n"
            "\t\t\t\t\t daemon\n\t\tTotal requests: 3\n"));
}

TEST_F(QueuePrintTest, Verbose) {
    put("qf6AN8AAAA000001", first_job(), "body");
    put("qf6AN8AAAA000005",
        "V8\nT1795422219\nK0\nN0\nP1234567890123\nB7BIT\nMfoo\nSroot\nRPFD:daemon\n.\n", "body");
    options_.verbose = true;
    EXPECT_EQ(
        print(),
        cat("\t\t", dir_,
            " (2 requests)\n"
            "-----Q-ID----- --Size-- -Priority- ---Q-Time--- --------Sender/Recipient--------\n"
            "6AN8AAAA000001        4      30001+Nov 23 08:23 <",
            kLong.substr(0, 77), "\n     QUARANTINE: held for a very long reason ",
            kLong.substr(0, 72), "\n     S8BITMIME   (Deferred: ", kLong.substr(0, 90),
            ")\n\t\t\t\t\t\t(---daemon:1:1:foo---)\n\t\t\t\t\t\t<", kLong.substr(0, 70),
            "\n\t\t\t\t\t\t(------)\n\t\t\t\t\t\t<b@c>\n\t\t (foo bar)\n"
            "\t\t\t\t\t\t(---news:9:9:bar---)\n\t\t\t\t\t\t<d@e>\n"
            "6AN8AAAA000005        4 1234567890123 Nov 23 08:23 root\n          7BIT   (foo)\n"
            "\t\t\t\t\t\tdaemon\n\t\tTotal requests: 2\n"));
}

TEST_F(QueuePrintTest, Markers) {
    put("qf6AN8AAAA000001", first_job(), "body");
    put("qf6AN8AAAA000002", "", "body");
    put("qf6AN8AAAA000003", kPlain, "body");
    const auto locked = open_file(cat(dir_, "/qf6AN8AAAA000003"), O_RDONLY);
    ASSERT_TRUE(try_lock(locked.value().get(), LockMode::kExclusive).value());
    config_.options.min_queue_age = std::chrono::hours(2400);
    // An empty control file has the priority of its age: the number of seconds.
    options_.held_by_load = [](std::int64_t priority) { return priority > 1'000'000'000; };
    const std::string text = print();
    EXPECT_NE(text.find("6AN8AAAA000001-       4 Mon"), std::string::npos);
    EXPECT_NE(text.find("6AN8AAAA000002X (no control file)\n"), std::string::npos);
    EXPECT_NE(text.find("6AN8AAAA000003*       4 Mon"), std::string::npos);
}

TEST_F(QueuePrintTest, OtherKinds) {
    put("hf6AN8AAAA000006", kPlain, "b");
    put("Qf6AN8AAAA000007", kPlain, "b");
    EXPECT_EQ(print(), cat(dir_, " is empty\n\t\tTotal requests: 0\n"));
    options_.selection.kind = JobKind::kQuarantined;
    EXPECT_NE(print().find("\n6AN8AAAA000006        1 Mon Nov 23 08:23 root\n"), std::string::npos);
    options_.selection.kind = JobKind::kLost;
    EXPECT_NE(print().find("\n6AN8AAAA000007?       1 Mon Nov 23 08:23 root\n"), std::string::npos);
}

TEST_F(QueuePrintTest, SelectionAndLimit) {
    put("qf6AN8AAAA000001", first_job(), "body");
    put("qf6AN8AAAA000003", kPlain, "body");
    ASSERT_TRUE(options_.selection.add("Rdaemon").ok());
    EXPECT_EQ(print().find(cat("\t\t", dir_, " (1 request)\n")), 0U);
    options_.selection = {};
    config_.options.max_queue_run_size = 1;
    const std::string text = print();
    EXPECT_EQ(text.find(cat("\t\t", dir_, " (2 requests, only 1 printed)\n")), 0U);
    EXPECT_NE(text.find("\t\tTotal requests: 2\n"), std::string::npos);
}

TEST_F(QueuePrintTest, Failures) {
    options_.selection.group = "foo";
    EXPECT_EQ(print(), "Queue group foo unknown\n");
    options_.selection.group.clear();
    config_.queue_groups[0].directories = {"/nonexistent/mqueue"};
    EXPECT_EQ(print(), "can not chdir(/nonexistent/mqueue/): No such file or directory\n");
    EXPECT_EQ(code_, Exit::kConfig);
}

TEST_F(QueuePrintTest, HostileTextStaysOnItsLine) {
    put("qf6AN8AAAA000001", "V8\nT1\nS<\x1b[2J\r@x>\nRPFD:<a\tb>\n.\n", "");
    const std::string text = print();
    EXPECT_NE(text.find("<\\033[2J\\015@x>\n"), std::string::npos);
}

}  // namespace
}  // namespace sm
