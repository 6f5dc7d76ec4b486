#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "libmap/map_types.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// A server that answers each connection's first requests with the next of `replies_`.
class SocketMapTest : public testing::Test {
  protected:
    void SetUp() override {
        environment_.connect_to = [this](std::string_view spec, Deadline) -> Result<UniqueFd> {
            spec_ = spec;
            if (spec == "dead") return make_error(Exit::kTempFail, "");
            std::array<int, 2> ends{};
            if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
                return make_error(Exit::kTempFail, "socketpair");
            }
            ++connections_;
            peer_.reset(ends[1]);
            // Replies wait in the socket before the question comes: the client cannot tell.
            const std::string text =
                connections_ <= replies_.size() ? replies_[connections_ - 1] : "";
            static_cast<void>(::send(ends[1], text.data(), text.size(), MSG_NOSIGNAL));
            if (close_after_) ::shutdown(ends[1], SHUT_WR);
            return UniqueFd(ends[0]);
        };
        environment_.warn = [this](std::string_view text) { append(warnings_, text, '\n'); };
    }

    [[nodiscard]] std::unique_ptr<Map> make(const std::string& spec) const {
        auto made = make_map("m", "socket", spec, environment_);
        return made.ok() ? std::move(made).value() : nullptr;
    }
    static std::string look_up(Map& map, const std::string& key) {
        const auto answer = map.lookup(key, {"arg"}, Deadline::in(std::chrono::seconds(2)));
        if (!answer.ok()) return cat("error: ", static_cast<int>(answer.error().code));
        return answer.value().value_or("absent");
    }
    std::string answer_to(const std::string& flags, const std::string& reply) {
        replies_ = {reply};
        connections_ = 0;
        close_after_ = true;
        return look_up(*make(cat(flags, " somewhere")), "Key");
    }
    std::string request() {
        std::array<char, 200> buffer{};
        const ssize_t got = ::recv(peer_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return got > 0 ? std::string(buffer.data(), static_cast<std::size_t>(got)) : "";
    }

    MapEnvironment environment_;
    std::vector<std::string> replies_;
    std::size_t connections_ = 0;
    bool close_after_ = false;
    UniqueFd peer_;
    std::string spec_;
    std::string warnings_;
};

TEST_F(SocketMapTest, Replies) {
    struct Row {
        const char* flags;
        const char* reply;
        const char* wanted;
    };
    constexpr Row kRows[] = {
        {"", "8:OK value,", "value"},
        {"", "008:OK value,", "value"},
        {"", "3:OK ,", ""},
        {"", "2:OK,", ""},
        {"", "12:OK %0-%1-%%x,", "Key-arg-%x"},
        {"-a.", "8:OK value,", "value."},
        {"-m", "8:OK value,", "Key"},
        {"-T<TMP>", "8:NOTFOUND,", "absent"},
        {"", "13:NOTFOUND text,", "absent"},
        {"", "4:TEMP,", "error: 75"},
        {"", "10:TEMP later,", "error: 75"},
        {"", "7:TIMEOUT,", "error: 75"},
        {"-T<TMP>", "4:TEMP,", "Key<TMP>"},
        {"-t", "4:TEMP,", "absent"},
        {"", "4:PERM,", "absent"},
        {"", "8:ok value,", "absent"},
        {"", "10:OKAY value,", "absent"},
        {"", "0:,", "absent"},
        {"", "x:OK value,", "error: 75"},
        {"", ":OK value,", "error: 75"},
        {"", "-1:OK value,", "error: 75"},
        {"", "8:OK value;", "error: 75"},
        {"", "8:OK v", "error: 75"},
        {"", "8:OK value", "error: 75"},
        {"", "99999999:OK ", "error: 75"},
        {"", "99999999999999999999:OK ", "error: 75"},
        {"", "", "error: 75"},
        {"-o", "4:TEMP,", "error: 75"},
    };
    for (const Row& row : kRows) {
        EXPECT_EQ(answer_to(row.flags, row.reply), row.wanted) << row.flags << ' ' << row.reply;
    }
}

TEST_F(SocketMapTest, RequestIsNameAndKey) {
    static_cast<void>(answer_to("", "8:OK value,"));
    EXPECT_EQ(request(), "5:m key,");
    EXPECT_EQ(spec_, "somewhere");
    static_cast<void>(answer_to("-f", "8:OK value,"));
    EXPECT_EQ(request(), "5:m Key,");
}

TEST_F(SocketMapTest, ConnectionIsKeptAndOpenedAgain) {
    replies_ = {"4:OK a,4:OK b,", "4:OK c,"};
    close_after_ = true;
    const auto map = make("x");
    EXPECT_EQ(look_up(*map, "1"), "a");
    EXPECT_EQ(look_up(*map, "2"), "b");
    EXPECT_EQ(connections_, 1U);
    EXPECT_EQ(look_up(*map, "3"), "c");
    EXPECT_EQ(connections_, 2U);
    EXPECT_EQ(look_up(*map, "4"), "error: 75");
    EXPECT_EQ(connections_, 3U);
}

TEST_F(SocketMapTest, ServerThatSaysNothing) {
    const auto map = make("-d1 x");
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(map->lookup("key", {}, Deadline::never()).ok());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
    EXPECT_EQ(connections_, 1U);
}

TEST_F(SocketMapTest, NoServer) {
    EXPECT_EQ(look_up(*make("dead"), "k"), "error: 75");
    EXPECT_EQ(look_up(*make("-T<TMP> dead"), "k"), "k<TMP>");
    EXPECT_EQ(look_up(*make("-o dead"), "k"), "absent");
    EXPECT_FALSE(make("-o dead")->probe("k", {}, Deadline::never()).open);
    EXPECT_EQ(make("dead")->probe("k", {}, Deadline::never()).status, 75);
}

TEST_F(SocketMapTest, ProbeShowsTheStatus) {
    for (const auto& [reply, status] :
         {std::pair{"8:NOTFOUND,", 68}, {"4:PERM,", 69}, {"0:,", 76}}) {
        replies_ = {reply};
        connections_ = 0;
        EXPECT_EQ(make("x")->probe("k", {}, Deadline::never()).status, status) << reply;
    }
}

TEST_F(SocketMapTest, ComplaintsWhenRead) {
    EXPECT_FALSE(make("-a.")->probe("k", {}, Deadline::never()).open);
    EXPECT_EQ(warnings_, "No file name for socket map m\n");
    warnings_.clear();
    EXPECT_NE(make("-x y"), nullptr);
    EXPECT_EQ(warnings_, "Illegal option x map m\n");
}

}  // namespace
}  // namespace sm
