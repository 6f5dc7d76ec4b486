#include "libmap/ldap_spec.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

using namespace std::string_literals;

LdapSpec read(std::string_view text) {
    LdapSpec spec;
    const LdapComplaints complaints = read_ldap_flags(spec, text, "m");
    EXPECT_FALSE(complaints.fatal.has_value()) << *complaints.fatal;
    return spec;
}

TEST(LdapSpec, ValuesMayBeQuotedOrStandBehindABlank) {
    const LdapSpec spec =
        read("-h \"a b:3890\" -p 1389 -k \"(cn=%0 x)\" -v \"cn, sn\" -z; -a.end -o");
    EXPECT_EQ(spec.hosts, "a b:3890");
    EXPECT_EQ(ldap_uris(spec), "ldap://a:1389 ldap://b:3890");
    EXPECT_EQ(spec.filter, "(cn=%0 x)");
    ASSERT_EQ(spec.attributes.size(), 2U);
    EXPECT_EQ(spec.attributes[1].name, "sn");
    EXPECT_EQ(spec.value_separator, ';');
    EXPECT_EQ(spec.flags.append, ".end");
    EXPECT_TRUE(spec.flags.optional);
}

TEST(LdapSpec, ReadingEndsAtAWordThatIsNoFlag) {
    EXPECT_EQ(read("-z, -a .end -k (cn=%0)").filter, "");
    EXPECT_EQ(read("-k (a=%0) (b=c) -v sn").attributes.size(), 0U);
}

TEST(LdapSpec, ALoneSeparatorIsABlank) {
    const LdapSpec spec = read("-z -V -k (cn=%0)");
    EXPECT_EQ(spec.value_separator, ' ');
    EXPECT_EQ(spec.name_separator, ' ');
    EXPECT_EQ(spec.filter, "(cn=%0)");
}

TEST(LdapSpec, AttributesCarryTypesAndClasses) {
    const LdapSpec spec = read("-v mail,member:DN:a|b,x:filter,y:URL:");
    ASSERT_EQ(spec.attributes.size(), 4U);
    EXPECT_EQ(spec.attributes[0].kind, LdapAttribute::Kind::kValue);
    EXPECT_EQ(spec.attributes[1].kind, LdapAttribute::Kind::kDn);
    EXPECT_EQ(spec.attributes[1].classes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(spec.attributes[2].kind, LdapAttribute::Kind::kFilter);
    EXPECT_EQ(spec.attributes[3].kind, LdapAttribute::Kind::kUrl);
    EXPECT_TRUE(spec.attributes[3].classes.empty());
}

TEST(LdapSpec, FlagsOfTheMapStandOverTheDefaults) {
    LdapSpec spec;
    EXPECT_FALSE(read_ldap_flags(spec, "-h one -b dc=a -M LDAP_AUTH_SIMPLE -d cn=x", "m").fatal);
    EXPECT_FALSE(read_ldap_flags(spec, "-b dc=b -M none -k (cn=%0)", "m").fatal);
    EXPECT_EQ(spec.base, "dc=b");
    EXPECT_EQ(spec.method, LdapSpec::Method::kNone);
    EXPECT_EQ(spec.bind_dn, "cn=x");
    EXPECT_EQ(ldap_uris(spec), "ldap://one");
}

TEST(LdapSpec, WhatIsWrongIsSaidInOneLine) {
    const struct {
        std::string_view text;
        std::string_view said;
    } rows[] = {
        {"-s tree", "Scope must be [base|one|sub] (not tree) in map m"},
        {"-r maybe", "Deref must be [never|always|search|find] (not maybe) in map m"},
        {"-M magic", "Method for binding must be [none|simple|krbv4] (not magic) in map m"},
        {"-w 4", "LDAP version 4 exceeds max of 3 in map m"},
        {"-w x", "LDAP version 0 is lower than min of 2 in map m"},
        {"-h a -H ldap://b", "Can not specify both an LDAP host and an LDAP URI in map m"},
        {"-v sn:WRONG", "Unknown attribute type (WRONG) in m"},
        {"-n -v a,b:DN", "LDAP recursion requested in m can not be used with -n"},
        {"-v b:DN", "LDAP recursion requested in m but no returnable attribute given"},
    };
    for (const auto& row : rows) {
        LdapSpec spec;
        EXPECT_EQ(read_ldap_flags(spec, row.text, "m").fatal.value_or(""), row.said);
    }
    LdapSpec spec;
    const LdapComplaints complaints = read_ldap_flags(spec, "-X -k (cn=%0)", "m");
    EXPECT_EQ(complaints.remarks, std::vector<std::string>{"Illegal option X map m"});
    EXPECT_EQ(spec.filter, "(cn=%0)");
}

TEST(LdapFilter, KeysAreEscapedButWhereAskedRaw) {
    EXPECT_EQ(ldap_filter(read("-k (&(a=%s)(b=%0)(c=%%)(d=%x)(e=%1)%"), "a*(\\)\0"s, {"z"}),
              "(&(a=a*(\\)\0)(b=a\\2A\\28\\5C\\29\\00)(c=%)(d=%x)(e=%1)%"s);
}

TEST(LdapFilter, ArgumentsWithK) {
    const LdapSpec spec = read("-K -k (a=%0)(b=%1)(c=%2)(d=%9)");
    EXPECT_EQ(ldap_filter(spec, "k", {"x*", "y"}), "(a=k)(b=x\\2A)(c=y)(d=)");
}

TEST(LdapSpecs, BuiltInOnesNameClusterAndHost) {
    const std::string cluster = "Serv(ers";
    EXPECT_NE(ldap_alias_spec(&cluster, "h.test")
                  .find("(|(sendmailMTACluster=Serv\\28ers)(sendmailMTAHost=h.test))"),
              std::string::npos);
    EXPECT_NE(ldap_class_spec("R", nullptr, "h.test")
                  .find("(sendmailMTAClassName=R)(sendmailMTAHost=h.test))"),
              std::string::npos);
}

}  // namespace
}  // namespace sm
