#include "sendmail/deliver/dane_policy.h"

#include <gtest/gtest.h>

#include <map>

#include "libsm/strings.h"

namespace sm {
namespace {

// "A host", "TLSA _25._tcp.host" -> answer; what is not there does not exist; fails: no answer.
class TableResolver final : public Resolver {
  public:
    std::map<std::string, DnsAnswer> table;
    std::string fails;
    Result<std::optional<DnsAnswer>> query(std::string_view name, DnsType type,
                                           Deadline /*deadline*/) override {
        const std::string key = cat(type == DnsType::kTlsa ? "TLSA"
                                    : type == DnsType::kA  ? "A"
                                                           : "AAAA",
                                    " ", name);
        if (key == fails) return make_error(Exit::kTempFail, "no answer");
        const auto found = table.find(key);
        if (found == table.end()) return std::optional<DnsAnswer>();
        return std::optional(found->second);
    }
    void address(const std::string& host, bool authentic, const std::string& canonical = {}) {
        DnsAnswer answer;
        answer.authentic = authentic;
        answer.canonical = canonical;
        answer.records.resize(1);
        table["A " + host] = answer;
    }
    void tlsa(const std::string& base, bool authentic, const std::vector<std::string>& raws) {
        DnsAnswer answer;
        answer.authentic = authentic;
        for (const std::string& raw : raws) {
            answer.records.emplace_back();
            answer.records.back().raw = raw;
        }
        table["TLSA _25._tcp." + base] = answer;
    }
};

std::string record(char usage, char selector, char matching, std::size_t size) {
    return std::string{usage, selector, matching} + std::string(size, 'd');
}

DanePolicy look(TableResolver& resolver) {
    return look_up_dane(resolver, "mx.test", 25, "x.test", Deadline::never());
}

using Kind = DanePolicy::Kind;

TEST(DanePolicy, NothingAuthenticNothingAsked) {
    TableResolver resolver;
    EXPECT_EQ(look(resolver).kind, Kind::kNone);
    resolver.address("mx.test", false);
    resolver.tlsa("mx.test", true, {record(3, 1, 1, 32)});
    EXPECT_EQ(look(resolver).kind, Kind::kNone);
    resolver.address("mx.test", true);
    resolver.tlsa("mx.test", false, {record(3, 1, 1, 32)});
    EXPECT_EQ(look(resolver).kind, Kind::kNone);
    resolver.tlsa("mx.test", true, {});
    EXPECT_EQ(look(resolver).kind, Kind::kNone);
}

TEST(DanePolicy, NoAnswerIsNotNone) {
    TableResolver resolver;
    resolver.address("mx.test", true);
    resolver.fails = "TLSA _25._tcp.mx.test";
    EXPECT_EQ(look(resolver).kind, Kind::kUnknown);
    resolver.fails = "A mx.test";
    EXPECT_EQ(look(resolver).kind, Kind::kUnknown);
}

TEST(DanePolicy, UsableRecords) {
    TableResolver resolver;
    resolver.address("mx.test", true);
    resolver.tlsa("mx.test", true,
                  {record(3, 1, 1, 32), record(2, 0, 2, 64), record(3, 1, 0, 100),
                   record(0, 1, 1, 32), record(1, 1, 1, 32), record(3, 2, 1, 32),
                   record(3, 1, 3, 32), record(3, 1, 1, 31), record(3, 1, 2, 32), "\3\1"});
    const DanePolicy policy = look(resolver);
    EXPECT_EQ(policy.kind, Kind::kVerify);
    ASSERT_EQ(policy.records.size(), 3U);
    EXPECT_EQ(policy.records[1].usage, 2);
    EXPECT_EQ(policy.records[1].matching, 2);
    EXPECT_EQ(policy.base, "mx.test");
    EXPECT_EQ(policy.names, (std::vector<std::string>{"mx.test", "x.test"}));
    resolver.tlsa("mx.test", true, {record(1, 1, 1, 32), "x"});
    EXPECT_EQ(look(resolver).kind, Kind::kEncrypt);
}

TEST(DanePolicy, BehindAnAlias) {
    TableResolver resolver;
    resolver.address("mx.test", true, "real.test");
    resolver.tlsa("mx.test", true, {record(3, 1, 1, 32)});
    EXPECT_EQ(look(resolver).base, "mx.test");
    resolver.tlsa("real.test", true, {record(3, 1, 1, 32)});
    const DanePolicy policy = look(resolver);
    EXPECT_EQ(policy.base, "real.test");
    EXPECT_EQ(policy.names, (std::vector<std::string>{"real.test", "mx.test", "x.test"}));
}

}  // namespace
}  // namespace sm
