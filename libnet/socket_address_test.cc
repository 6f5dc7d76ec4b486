#include "libnet/socket_address.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

struct Case {
    const char* name;
    const char* in;
    const char* text;  // "": refused
    const char* prefixed;
    const char* reverse;
};

class AddressTest : public testing::TestWithParam<Case> {};

TEST_P(AddressTest, ParsesAndPrints) {
    const auto address = SocketAddress::parse(GetParam().in, 25);
    ASSERT_EQ(address.has_value(), *GetParam().text != '\0');
    if (!address) return;
    EXPECT_EQ(address->text(), GetParam().text);
    EXPECT_EQ(address->prefixed(), GetParam().prefixed);
    EXPECT_EQ(address->reverse_name(), GetParam().reverse);
    EXPECT_EQ(address->port(), 25);
}

INSTANTIATE_TEST_SUITE_P(
    All, AddressTest,
    testing::Values(
        Case{"Empty", "", "", "", ""}, Case{"Name", "localhost", "", "", ""},
        Case{"Short", "127.1", "", "", ""}, Case{"Trailing", "127.0.0.1x", "", "", ""},
        Case{"Four", "192.0.2.1", "192.0.2.1", "192.0.2.1", "1.2.0.192.in-addr.arpa"},
        Case{"Brackets", "[127.0.0.1]", "127.0.0.1", "127.0.0.1", "1.0.0.127.in-addr.arpa"},
        Case{"Six", "[IPv6:2001:db8::1]", "2001:db8:0:0:0:0:0:1", "IPv6:2001:db8:0:0:0:0:0:1",
             "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"}),
    [](const auto& tp) { return tp.param.name; });

TEST(SocketAddress, HostsCompareWithoutPorts) {
    EXPECT_TRUE(
        SocketAddress::parse("127.0.0.1", 1)->same_host(*SocketAddress::parse("127.0.0.1")));
    EXPECT_FALSE(SocketAddress::parse("::1")->same_host(*SocketAddress::parse("127.0.0.1")));
    EXPECT_TRUE(SocketAddress::parse("::1")->is_loopback());
    EXPECT_TRUE(SocketAddress::parse("127.9.9.9")->is_loopback());
    EXPECT_FALSE(SocketAddress::parse("128.0.0.1")->is_loopback());
    EXPECT_FALSE(SocketAddress::unix_path(std::string(200, 'x')).has_value());
}

}  // namespace
}  // namespace sm
