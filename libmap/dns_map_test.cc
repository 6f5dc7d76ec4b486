#include <gtest/gtest.h>

#include "libmap/map_types.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct DnsCase {
    const char* type;  // of the map
    const char* spec;  // flags
    const char* key;
    const char* wanted;  // value, "absent" or "error: N"
};

// A name service without a network: the first label says what happens.
class DnsMapTest : public testing::TestWithParam<DnsCase> {
  protected:
    void SetUp() override {
        environment_.warn = [this](std::string_view text) { append(warnings_, text, '\n'); };
        environment_.dns_values = [this](const DnsQuestion& question,
                                         Deadline) -> Result<std::vector<std::string>> {
            asked_ =
                cat(question.name, ' ', question.type, ' ', question.retrans, ' ', question.retry);
            if (question.name.starts_with("fail")) return make_error(Exit::kTempFail, "");
            if (question.name.starts_with("none")) return std::vector<std::string>();
            if (question.name.starts_with("percent"))
                return std::vector<std::string>{"%0 %1 100%%"};
            if (question.name.starts_with("empty")) return std::vector<std::string>{""};
            return std::vector<std::string>{"v1", "v2", "v3", "v4"};
        };
        environment_.mail_exchangers = [this](std::string_view host,
                                              Deadline) -> Result<MailExchangers> {
            asked_ = host;
            if (host.starts_with("fail")) return make_error(Exit::kTempFail, "");
            if (host.starts_with("null")) return MailExchangers{{}, 69};
            if (host.starts_with("none")) return MailExchangers{{}, 68};
            return MailExchangers{{"Best.", "worse."}, 0};
        };
    }

    [[nodiscard]] std::unique_ptr<Map> make(const char* type, const char* spec) const {
        auto made = make_map("m", type, spec, environment_);
        return made.ok() ? std::move(made).value() : nullptr;
    }

    MapEnvironment environment_;
    std::string warnings_;
    std::string asked_;
};

TEST_P(DnsMapTest, Answers) {
    const DnsCase& row = GetParam();
    const auto map = make(row.type, row.spec);
    ASSERT_NE(map, nullptr);
    const auto answer = map->lookup(row.key, {"arg"}, Deadline::never());
    const std::string got = answer.ok() ? answer.value().value_or("absent")
                                        : cat("error: ", static_cast<int>(answer.error().code));
    EXPECT_EQ(got, row.wanted) << row.type << ' ' << row.spec;
    EXPECT_EQ(warnings_, "");
}

constexpr DnsCase kCases[] = {
    {"dns", "-R A", "fail.x", "error: 75"},
    {"dns", "-R A -T<TMP>", "fail.x", "fail.x<TMP>"},
    {"dns", "-R A -t", "fail.x", "absent"},
    {"dns", "-R A -t -T<TMP>", "fail.x", "fail.x<TMP>"},
    {"dns", "-R A -o", "fail.x", "error: 75"},
    {"dns", "-R A -a. -T<TMP>", "none.x", "absent"},
    {"dns", "-R A -a.", "x", "v1."},
    {"dns", "-RA", "x", "v1"},
    {"dns", "-R a", "x", "v1"},
    {"dns", "-R A -z:", "x", "v1:v2:v3:v4"},
    {"dns", "-R A -z\\n", "x", "v1\nv2\nv3\nv4"},
    {"dns", "-R A -zab", "x", "v1av2av3av4"},
    {"dns", "-R A -z", "x", "v1"},
    {"dns", "-R A -Z2", "x", "v1"},
    {"dns", "-R A -Z1 -z:", "x", "v1"},
    {"dns", "-R A -Z2 -z:", "x", "v1:v2:v3"},
    {"dns", "-R A -Z0 -z:", "x", "v1:v2:v3:v4"},
    {"dns", "-R A -m", "Key", "Key"},
    {"dns", "-R TXT", "percent", "percent arg 100%"},
    {"dns", "-R MX", "empty", ""},
    {"dns", "-x -R A", "x", "v1"},
    {"bestmx", "", "x", "Best."},
    {"bestmx", "-z:", "x", "Best.:worse."},
    {"bestmx", "-a.X", "x", "Best..X"},
    {"bestmx", "-m", "Key", "Key"},
    {"bestmx", "-z: -T<TEMP>", "fail.x", "fail.x<TEMP>"},
    {"bestmx", "", "fail.x", "error: 75"},
    {"bestmx", "-t", "fail.x", "absent"},
    {"bestmx", "-T<TEMP>", "none.x", "absent"},
};
INSTANTIATE_TEST_SUITE_P(Rows, DnsMapTest, testing::ValuesIn(kCases));

TEST_F(DnsMapTest, WhatIsAsked) {
    static_cast<void>(
        make("dns", "-R MX -B base.test -d3 -r5")->lookup("\"Sub\"", {}, Deadline::never()));
    EXPECT_EQ(asked_, "sub.base.test MX 3 5");
    static_cast<void>(make("dns", "-f -q -R TXT")->lookup("\"Sub\"", {}, Deadline::never()));
    EXPECT_EQ(asked_, "\"Sub\" TXT 0 0");
    static_cast<void>(make("bestmx", "")->lookup("Sub.Test", {}, Deadline::never()));
    EXPECT_EQ(asked_, "Sub.Test");
}

TEST_F(DnsMapTest, ProbeShowsThePlainAnswer) {
    const auto failed = make("dns", "-R A -t -T<TMP>")->probe("fail.x", {}, Deadline::never());
    EXPECT_EQ(failed.value, std::nullopt);
    EXPECT_EQ(failed.status, 75);
    EXPECT_EQ(make("dns", "-R A")->probe("none", {}, Deadline::never()).status, 68);
    EXPECT_EQ(make("bestmx", "")->probe("null", {}, Deadline::never()).status, 69);
    EXPECT_EQ(make("bestmx", "")->probe("none", {}, Deadline::never()).status, 68);
}

TEST_F(DnsMapTest, ComplaintsWhenRead) {
    const auto map = make("dns", "-R XYZ");
    EXPECT_EQ(warnings_, "dns map m: wrong type XYZ\ndns map m: missing -R type\n");
    EXPECT_EQ(map->lookup("x", {}, Deadline::never()).value(), std::nullopt);
    EXPECT_EQ(map->probe("x", {}, Deadline::never()).status, 68);
    warnings_.clear();
    static_cast<void>(make("bestmx", "-x -Z3"));
    EXPECT_EQ(warnings_, "Illegal option x map m\nIllegal option Z map m\n");
}

TEST_F(DnsMapTest, WithoutNameServiceNothingIsKnown) {
    environment_.dns_values = nullptr;
    environment_.mail_exchangers = nullptr;
    EXPECT_FALSE(make("dns", "-R A")->lookup("x", {}, Deadline::never()).ok());
    EXPECT_FALSE(make("bestmx", "")->lookup("x", {}, Deadline::never()).ok());
}

}  // namespace
}  // namespace sm
