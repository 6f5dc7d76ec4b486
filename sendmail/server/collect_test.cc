#include "sendmail/server/collect.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "gtest/gtest.h"
#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "sendmail/server/header_checks.h"

namespace sm {
namespace {

class CollectTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "collectXXXXXX";
        envelope_.body_fd.reset(::mkstemp(name.data()));
        ASSERT_TRUE(envelope_.body_fd.valid());
        path_ = name;
    }
    void TearDown() override { ::unlink(path_.c_str()); }

    CollectResult collect(std::string_view input, LinePolicy policy = {}) {
        auto pair = make_socket_pair();
        EXPECT_TRUE(pair.ok());
        EXPECT_TRUE(write_all(pair->first.get(), input).ok());
        ::shutdown(pair->first.get(), SHUT_WR);
        Connection connection(std::make_unique<FdStream>(std::move(pair->second)), 2048);
        return collect_smtp(connection, policy, limits_, envelope_);
    }
    std::string body() { return read_file(path_).value_or("unreadable"); }

    std::string path_;
    Envelope envelope_;
    CollectLimits limits_;
};

TEST_F(CollectTest, HeaderAndBodyAreParted) {
    const auto result = collect("A: 1\r\nB: 2\r\n 3\r\n\r\n..x\r\ny\r\n.\r\n");
    EXPECT_EQ(result.end, CollectResult::End::kComplete);
    const auto fields = result.scan.fields(result.header_text);
    ASSERT_EQ(fields.size(), 2U);
    EXPECT_EQ(fields[1].value, " 2\n 3");
    EXPECT_EQ(body(), ".x\ny\n");
    EXPECT_EQ(result.size, 19);
    EXPECT_EQ(result.header_octets, 14);
}

TEST_F(CollectTest, NothingButTheDot) {
    const auto result = collect(".\r\n");
    EXPECT_EQ(result.end, CollectResult::End::kComplete);
    EXPECT_EQ(result.size, 0);
    EXPECT_EQ(body(), "");
}

TEST_F(CollectTest, LostBeforeTheDot) {
    EXPECT_EQ(collect("A: 1\r\n\r\nhalf").end, CollectResult::End::kLost);
}

TEST_F(CollectTest, BareLineFeedInTheHeader) {
    const auto result = collect("A: 1\nB: 2\r\n\r\n.\r\n");
    EXPECT_EQ(result.end, CollectResult::End::kBareLineFeed);
    EXPECT_FALSE(result.in_body);
}

TEST_F(CollectTest, LargeBodiesAreWrittenWhole) {
    std::string input = "\r\n";
    std::string want;
    for (int i = 0; i < 9000; ++i) {
        input += "0123456789\r\n";
        want += "0123456789\n";
    }
    EXPECT_EQ(collect(input + ".\r\n").end, CollectResult::End::kComplete);
    EXPECT_EQ(body(), want);
}

TEST_F(CollectTest, LimitsAreSeenAndTheRestIsRead) {
    limits_.max_message = 10;
    EXPECT_TRUE(collect("A: 1\r\n\r\n0123456789\r\n.\r\n").too_large);
    limits_ = CollectLimits{};
    limits_.max_headers = 20;
    const auto result = collect("A: 012345678901234567890123\r\n\r\nb\r\n.\r\n");
    EXPECT_TRUE(result.headers_too_large);
    EXPECT_EQ(result.end, CollectResult::End::kComplete);
}

TEST_F(CollectTest, EightBitAndNul) {
    const auto result = collect(std::string_view("\r\n\xe9\0\r\n.\r\n", 9));
    EXPECT_TRUE(envelope_.has_8bit);
    EXPECT_TRUE(result.has_nul);
}

TEST(HeaderCommentTest, CommentsGoQuotesStay) {
    EXPECT_EQ(without_comments(" foo (bar (x)) baz"), "foo  baz");
    EXPECT_EQ(without_comments(" \"a (b)\" c"), "\"a (b)\" c");
    EXPECT_EQ(without_comments(" a\\(b\n c"), "a\\(b  c");
}

}  // namespace
}  // namespace sm
