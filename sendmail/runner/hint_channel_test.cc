#include "sendmail/runner/hint_channel.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

const QueueId kId("6AN8RS5S017362");

TEST(ManagerRequestTest, RoundTrip) {
    ManagerRequest job;
    job.id = kId;
    job.directory = "/var/spool/mqueue";
    const auto again = decode_request(encode_request(job));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->id, kId);
    EXPECT_EQ(again->directory, "/var/spool/mqueue");
    ManagerRequest run;
    run.kind = ManagerRequest::Kind::kRun;
    run.etrn = "@x.test";
    const auto run_again = decode_request(encode_request(run));
    ASSERT_TRUE(run_again);
    EXPECT_EQ(run_again->etrn, "@x.test");
}

TEST(ManagerRequestTest, WhatIsNotARequest) {
    for (const std::string& packet :
         {std::string(""), std::string("J"), std::string("Jfoo\n/q"), std::string("X1"),
          cat("J", kId.str()), cat("J", kId.str(), "\n"), cat("J", kId.str(), "\n/q\n/r"),
          cat("J../../etc/pass1\n/q"), std::string("Ra\nb"), std::string("Ra\0b", 4),
          std::string(kMaxRequest + 1, 'R')}) {
        EXPECT_FALSE(decode_request(packet)) << packet;
    }
}

TEST(HintClientTest, NoManager) {
    HintClient none(-1);
    EXPECT_FALSE(none.hint(kId, "/q").ok());
    HintChannel channel = std::move(make_hint_channel()).value();
    HintClient client(channel.shared_end.get());
    channel.manager_end.reset();
    EXPECT_FALSE(client.hint(kId, "/q").ok());
}

TEST(HintClientTest, SilentManagerIsGivenUpAfterASecond) {
    const HintChannel channel = std::move(make_hint_channel()).value();
    HintClient client(channel.shared_end.get());
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(client.hint(kId, "/q").ok());
    const auto taken = std::chrono::steady_clock::now() - start;
    EXPECT_GE(taken, std::chrono::milliseconds(990));
    EXPECT_LT(taken, std::chrono::seconds(5));
}

TEST(HintClientTest, AcknowledgedOverAConnectionOfItsOwn) {
    const HintChannel channel = std::move(make_hint_channel()).value();
    const auto child = spawn([&channel] {
        HintClient client(channel.shared_end.get());
        for (int i = 0; i < 3; ++i) {
            if (!client.hint(kId, "/q").ok()) return Exit::kTempFail;
        }
        return Exit::kOk;
    });
    ASSERT_TRUE(child.ok());
    ASSERT_TRUE(wait_readable(channel.manager_end.get(), Deadline::never()).ok());
    auto connection = accept_introduction(channel.manager_end.get());
    ASSERT_TRUE(connection.ok() && connection.value());
    for (int i = 0; i < 3; ++i) {
        std::array<char, kMaxRequest> packet{};
        const ssize_t count = ::recv(connection.value()->get(), packet.data(), packet.size(), 0);
        ASSERT_GT(count, 0);
        const auto request = decode_request({packet.data(), static_cast<std::size_t>(count)});
        ASSERT_TRUE(request);
        EXPECT_EQ(request->id, kId);
        ASSERT_EQ(::send(connection.value()->get(), &kAcknowledged, 1, 0), 1);
    }
    EXPECT_FALSE(accept_introduction(channel.manager_end.get()).value());
    const auto ended = wait_child(child.value(), Deadline::never());
    ASSERT_TRUE(ended.ok() && ended.value());
    EXPECT_EQ(ended.value()->exit_code, 0);
}

}  // namespace
}  // namespace sm
