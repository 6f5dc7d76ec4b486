#include "libnet/mx_lookup.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

// Answers from a table; "!" as data is a server failure.
class FakeResolver final : public Resolver {
  public:
    std::map<std::pair<std::string, DnsType>, std::vector<std::string>> table;
    int queries = 0;

    Result<std::optional<DnsAnswer>> query(std::string_view name, DnsType type, Deadline) override {
        ++queries;
        const auto found = table.find({std::string(name), type});
        if (found == table.end()) return std::optional<DnsAnswer>();
        DnsAnswer answer;
        answer.canonical = name;
        for (const std::string& text : found->second) {
            if (text == "!") return make_error(Exit::kTempFail, "SERVFAIL");
            DnsRecord record;
            record.type = type;
            std::string_view rest = text;
            if (type == DnsType::kMx)
                record.preference = std::atoi(std::string(next_word(rest)).c_str());
            record.data = trim(rest);
            answer.records.push_back(record);
        }
        return std::optional(answer);
    }
};

class MxTest : public testing::Test {
  protected:
    NameService service(const std::string& hosts_line = "") {
        std::string base = testing::TempDir() + cat("sm-mx-", ::getpid());
        switch_ = base + ".switch";
        hosts_ = base + ".hosts";
        if (!hosts_line.empty()) {
            EXPECT_TRUE(replace_file(switch_, "hosts\t" + hosts_line + "\n", 0600).ok());
        } else {
            ::unlink(switch_.c_str());
        }
        EXPECT_TRUE(replace_file(hosts_, "127.0.0.9 Real.Name alias # c\n", 0600).ok());
        NameServiceSettings settings;
        settings.service_switch_file = switch_;
        settings.hosts_file = hosts_;
        return NameService(settings, dns_);
    }
    std::string lookup(std::string_view host, const std::string& hosts_line = "") {
        NameService names = service(hosts_line);
        options_.pick = [](std::size_t) { return std::size_t{0}; };
        const MxList list = mx_lookup(host, names, options_, Deadline::never());
        if (list.status != Exit::kOk) return cat("!", static_cast<int>(list.status), " ", list.dsn);
        std::string out;
        for (const MxHost& entry : list.hosts) append(out, out.empty() ? "" : " ", entry.name);
        return out;
    }
    FakeResolver dns_;
    MxOptions options_;
    std::string switch_;
    std::string hosts_;
};

TEST_F(MxTest, SortedByPreference) {
    dns_.table[{"a.test", DnsType::kMx}] = {"20 second.test", "10 first.test"};
    EXPECT_EQ(lookup("a.test"), "first.test second.test");
    EXPECT_EQ(lookup("a.test."), "first.test second.test");
}

TEST_F(MxTest, NoMxMeansTheHostItself) {
    EXPECT_EQ(lookup("a.test"), "a.test");
}

TEST_F(MxTest, ServerFailureIsTemporaryNeverAbsent) {
    dns_.table[{"a.test", DnsType::kMx}] = {"!"};
    EXPECT_EQ(lookup("a.test"), "!75 4.4.3");
    options_.fallback_mx = "backup.test";
    EXPECT_EQ(lookup("a.test"), "backup.test");
}

TEST_F(MxTest, NullMxIsADecision) {
    dns_.table[{"a.test", DnsType::kMx}] = {"0 "};
    EXPECT_EQ(lookup("a.test"), "!69 5.1.10");
}

TEST_F(MxTest, BracketsAndLiteralsAskNothing) {
    EXPECT_EQ(lookup("[a.test]"), "a.test");
    EXPECT_EQ(lookup("[192.0.2.1]"), "192.0.2.1");
    EXPECT_EQ(lookup("[IPv6:2001:db8::1]"), "2001:db8::1");
    EXPECT_EQ(dns_.queries, 0);
}

TEST_F(MxTest, FilesOnlyAsksNothing) {
    EXPECT_EQ(lookup("a.test", "files"), "a.test");
    EXPECT_EQ(dns_.queries, 0);
}

TEST_F(MxTest, OurselvesAndWorseAreDropped) {
    options_.is_local = [](std::string_view name) { return name == "me.test"; };
    dns_.table[{"a.test", DnsType::kMx}] = {"10 best.test", "20 me.test", "30 worse.test"};
    EXPECT_EQ(lookup("a.test"), "best.test");
    dns_.table[{"a.test", DnsType::kMx}] = {"10 me.test", "30 worse.test"};
    EXPECT_EQ(lookup("a.test"), "!78 5.3.5");
    options_.try_null_mx_list = true;
    EXPECT_EQ(lookup("a.test"), "a.test");
}

TEST_F(MxTest, HostListsKeepTheirOrder) {
    EXPECT_EQ(lookup("[a]:[b]:[192.0.2.1]"), "a b 192.0.2.1");
    EXPECT_EQ(lookup("[IPv6:::1]:[b]"), "::1 b");
}

TEST_F(MxTest, FallbackComesLast) {
    options_.fallback_mx = "[backup.test]";
    options_.fallback_smart_host = "[last.test]";
    EXPECT_EQ(lookup("a.test"), "a.test backup.test last.test");
}

TEST_F(MxTest, HostsFileGivesFirstNameAndAddress) {
    NameService names = service("files");
    EXPECT_EQ(**names.canonify("ALIAS", Deadline::never()), "Real.Name");
    EXPECT_EQ((**names.addresses("alias", AF_UNSPEC, Deadline::never()))[0].text(), "127.0.0.9");
    EXPECT_EQ(**names.name_of(*SocketAddress::parse("127.0.0.9"), Deadline::never()), "Real.Name");
    EXPECT_FALSE(names.canonify("other", Deadline::never())->has_value());
}

TEST_F(MxTest, AddressesTellFailureFromAbsence) {
    dns_.table[{"b.test", DnsType::kA}] = {"!"};
    dns_.table[{"c.test", DnsType::kAaaa}] = {"2001:db8::2"};
    NameService names = service();
    EXPECT_FALSE(names.addresses("b.test", AF_UNSPEC, Deadline::never()).ok());
    EXPECT_FALSE(names.addresses("none.test", AF_UNSPEC, Deadline::never())->has_value());
    EXPECT_EQ((**names.addresses("c.test", AF_UNSPEC, Deadline::never()))[0].text(true),
              "2001:db8::2");
}

}  // namespace
}  // namespace sm
