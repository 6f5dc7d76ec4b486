#include "sendmail/privileged/requests.h"

#include <unistd.h>

#include "gtest/gtest.h"
#include "libsm/files.h"
#include "libsm/process.h"

namespace sm {
namespace {

TEST(QueueFileNameTest, OnlyPrefixAndId) {
    EXPECT_TRUE(is_queue_file_name("qf6AN9vTCb020078"));
    EXPECT_TRUE(is_queue_file_name("df6AN9vTCb1234567"));
    EXPECT_FALSE(is_queue_file_name(""));
    EXPECT_FALSE(is_queue_file_name("qf"));
    EXPECT_FALSE(is_queue_file_name("zz6AN9vTCb020078"));
    EXPECT_FALSE(is_queue_file_name("qf../../etc/passwd"));
    EXPECT_FALSE(is_queue_file_name("qf6AN9vTCb020078/x"));
    EXPECT_FALSE(is_queue_file_name(std::string_view("qf6AN9vTCb02007\0", 16)));
}

TEST(PacketTest, RecordTextAndDescriptorsArrive) {
    auto pair = make_socket_pair(true);
    ASSERT_TRUE(pair.ok());
    auto pipe = make_pipe();
    ASSERT_TRUE(pipe.ok());
    BrokerRequest sent;
    sent.op = BrokerOp::kQueueOpen;
    sent.number = 7;
    const std::string long_text(50000, 'x');
    ASSERT_TRUE(
        send_packet(pair->first.get(), &sent, sizeof sent, long_text, {pipe->write_end.get()})
            .ok());
    BrokerPacket<BrokerRequest> got;
    const auto received = receive_packet(pair->second.get(), &got.record, sizeof got.record,
                                         &got.text, &got.descriptors);
    ASSERT_TRUE(received.ok());
    EXPECT_TRUE(*received);
    EXPECT_EQ(got.record.number, 7);
    EXPECT_EQ(got.text, long_text);
    ASSERT_EQ(got.descriptors.size(), 1U);
    ASSERT_TRUE(write_all(got.descriptors[0].get(), "hello").ok());
    char buffer[8] = {};
    EXPECT_EQ(::read(pipe->read_end.get(), buffer, sizeof buffer), 5);
}

TEST(PacketTest, EndAndShortPacketsAreNoRequests) {
    auto pair = make_socket_pair(true);
    ASSERT_TRUE(pair.ok());
    ASSERT_TRUE(write_all(pair->first.get(), "xy").ok());
    BrokerPacket<BrokerRequest> got;
    EXPECT_FALSE(receive_packet(pair->second.get(), &got.record, sizeof got.record, &got.text,
                                &got.descriptors)
                     .ok());
    pair->first.reset();
    const auto end = receive_packet(pair->second.get(), &got.record, sizeof got.record, &got.text,
                                    &got.descriptors);
    ASSERT_TRUE(end.ok());
    EXPECT_FALSE(*end);
}

TEST(PacketTest, TextsBeyondTheLimitAreRefused) {
    auto pair = make_socket_pair(true);
    ASSERT_TRUE(pair.ok());
    const BrokerRequest request;
    EXPECT_FALSE(send_packet(pair->first.get(), &request, sizeof request,
                             std::string(kMaxBrokerText + 1, 'x'), {})
                     .ok());
}

}  // namespace
}  // namespace sm
