#include "libcf/address_parser.h"

#include <gtest/gtest.h>

#include "libcf/check_ruleset.h"
#include "libcf/error_verdict.h"
#include "libcf/test_config.h"

namespace sm {
namespace {

constexpr const char* kRules = R"(
C{Bad}bad.test
S3
R$* < $+ > $*	$: $2
R$+ @ $+	$: $1 < @ $2 >
S0
R$* < @ tmp >	$: $[ broken $]
R$* < @ $={Bad} >	$#error $@ 5.7.1 $: "550 go away"
R$* < @ none >	$@ x
R$* < @ nouser >	$#smtp $@ h
R$* < @ nomailer >	$#foo $: x
R$* < @ $+ >	$#smtp $@ $2 $: $1 < @ $2 >
R$*	$#local $: $1
S1
Rold < @ $* >	$: new < @ $1 >
S2
R$* + $*	$: $1
S4
R$* < @ $+ >	$: $1 @ $2
S10
R$*	$: sender $1
S20
R$* < @ $+ >	$: $1 < @ Out.$2 >
S5
Rother $*	$#smtp $@ relay $: other < @ relay >
Scheck_x
Rok $*	$#OK
Rno $*	$#error $@ 5.7.1 $: "550 5.7.9 no way"
Rbye $*	$#error $: "421 later"
Rdrop $*	$#discard
Rq $*	$#error $@ quarantine $: bad thing
Rtmp $*	$: $[ broken $]
Rtmpno $*	$[ broken $] $#
Rodd $*	$#error
Rword $*	$# some words
R$* $| $*	$@ $1 and $2
)";

class AddressTest : public testing::Test {
  protected:
    AddressTest() : outcome_(config_from(std::string(kTestMailers) + kRules)) {}
    void SetUp() override {
        ASSERT_TRUE(outcome_.usable) << testing::PrintToString(outcome_.messages);
    }
    ParsedAddress parse(std::string_view text) {
        MacroScope macros(&outcome_.config->macros);
        Rewriter rewriter(*outcome_.config, macros);
        return parse_address(rewriter, text, AddressRole::kEnvelopeRecipient, Deadline::never());
    }
    CheckVerdict check(const std::vector<std::string>& arguments) {
        MacroScope macros(&outcome_.config->macros);
        Rewriter rewriter(*outcome_.config, macros);
        return check_ruleset(rewriter, "check_x", arguments, Deadline::never());
    }
    ReadOutcome outcome_;
};

TEST_F(AddressTest, ResolvesAndRewrites) {
    const ParsedAddress got = parse("Some One <User+tag@Host.TEST> (comment)");
    EXPECT_TRUE(got.ok());
    EXPECT_EQ(got.target.mailer->name, "smtp");
    EXPECT_EQ(got.target.host, "host.test");
    EXPECT_EQ(got.target.user, "User");  // F=u keeps its case; ruleset 2 cuts the tag
}

TEST_F(AddressTest, LocalUsersAreFolded) {
    const ParsedAddress got = parse("ROOT");
    EXPECT_EQ(got.target.mailer->name, "local");
    EXPECT_EQ(got.target.user, "root");
    EXPECT_FALSE(got.skip_localaddr);
    EXPECT_TRUE(parse("@x").skip_localaddr);
}

TEST_F(AddressTest, SpecialLocalForms) {
    EXPECT_EQ(parse("|/bin/x").target.mailer->name, "prog");
    EXPECT_EQ(parse("/dev/null").target.mailer->name, "*file*");
    const ParsedAddress list = parse(":include:/x/Y");
    EXPECT_EQ(list.target.mailer->name, "*include*");
    EXPECT_EQ(list.target.user, "/x/Y");
}

TEST_F(AddressTest, Verdicts) {
    const ParsedAddress error = parse("u@bad.test");
    EXPECT_EQ(error.smtp, 550);
    EXPECT_EQ(error.dsn, "5.7.1");
    EXPECT_EQ(error.message, "go away");
    EXPECT_TRUE(error.target.mailer->is_error());
    EXPECT_EQ(parse("u@tmp").status, Exit::kTempFail);
    EXPECT_EQ(parse("u@none").message, "buildaddr: no mailer in parsed address");
    EXPECT_EQ(parse("u@nouser").message, "buildaddr: no user");
    EXPECT_EQ(parse("u@nomailer").message, "buildaddr: unknown mailer foo");
}

TEST_F(AddressTest, SyntaxIsRefusedButRepaired) {
    const ParsedAddress got = parse("<a@b");
    EXPECT_FALSE(got.ok());
    EXPECT_EQ(got.smtp, 553);
    EXPECT_EQ(got.message, "<a@b... Unbalanced '<'");
    EXPECT_EQ(got.target.user, "a@Out.b");
    EXPECT_TRUE(parse("(a").unparsable);
    EXPECT_TRUE(parse("\x81").unparsable);
    EXPECT_TRUE(parse(std::string(300, 'a')).unparsable);
    EXPECT_EQ(parse("a\x01").message,
              "Syntax error in mailbox address \"a?\" (non-printable character)");
}

TEST_F(AddressTest, LocalAddressRuleset) {
    MacroScope macros(&outcome_.config->macros);
    Rewriter rewriter(*outcome_.config, macros);
    Target target{outcome_.config->find_mailer("local"), "", "other"};
    const auto moved = apply_localaddr(rewriter, target, Deadline::never());
    ASSERT_TRUE(moved.ok());
    EXPECT_TRUE(*moved);
    EXPECT_EQ(target.host, "relay");
    Target stays{outcome_.config->find_mailer("local"), "", "me"};
    EXPECT_FALSE(*apply_localaddr(rewriter, stays, Deadline::never()));
}

TEST_F(AddressTest, HeaderFormForAMailer) {
    MacroScope macros(&outcome_.config->macros);
    Rewriter rewriter(*outcome_.config, macros);
    const MailerSpec& smtp = *outcome_.config->find_mailer("smtp");
    const auto form = [&](std::string_view text, AddressRole role, std::string_view domain) {
        return rewrite_for_mailer(rewriter, text, role, smtp, domain, Deadline::never())
            .value_or(std::string("error"));
    };
    EXPECT_EQ(form("A B <u@h> (c)", AddressRole::kHeaderRecipient, ""), "A B <u@Out.h> (c)");
    EXPECT_EQ(form("u", AddressRole::kHeaderSender, ""), "sender u");
    EXPECT_EQ(form("u", AddressRole::kHeaderRecipient, "@dom"), "u@Out.dom");
    EXPECT_EQ(macros.get("addr_type"), "h r");
}

TEST_F(AddressTest, FormForThisHost) {
    MacroScope macros(&outcome_.config->macros);
    Rewriter rewriter(*outcome_.config, macros);
    const auto form = [&](std::string_view text) {
        return rewrite_for_host(rewriter, text, Deadline::never()).value_or(std::string("error"));
    };
    EXPECT_EQ(form("old@h"), "new@h");
    EXPECT_EQ(form("u+x"), "u+x");
    EXPECT_EQ(form("(a"), "(a");
}

// The rules of recipients, but {addr_type} says that it is a sender.
TEST_F(AddressTest, ReturnPathIsResolvedAsARecipient) {
    MacroScope macros(&outcome_.config->macros);
    Rewriter rewriter(*outcome_.config, macros);
    const ParsedAddress got =
        parse_address(rewriter, "u@h", AddressRole::kReturnPath, Deadline::never());
    EXPECT_EQ(got.target.user, "u@Out.h");
    EXPECT_EQ(macros.get("addr_type"), "e s");
}

TEST_F(AddressTest, CheckRulesets) {
    EXPECT_TRUE(check({"ok x"}).accepted());
    EXPECT_EQ(check({"a", "b"}).result, "a and b");
    const CheckVerdict no = check({"no x"});
    EXPECT_EQ(no.kind, CheckVerdict::Kind::kReject);
    EXPECT_EQ(no.smtp, 550);
    EXPECT_EQ(no.dsn, "5.7.9");
    EXPECT_EQ(no.text, "no way");
    EXPECT_TRUE(check({"bye"}).close);
    EXPECT_EQ(check({"drop"}).kind, CheckVerdict::Kind::kDiscard);
    const CheckVerdict quarantine = check({"q"});
    EXPECT_EQ(quarantine.kind, CheckVerdict::Kind::kQuarantine);
    EXPECT_EQ(quarantine.text, "bad thing");
    EXPECT_EQ(check({"tmp"}).smtp, 451);
    EXPECT_EQ(check({"odd"}).smtp, 554);
    EXPECT_EQ(check({"word"}).mailer, "some");
    EXPECT_EQ(check({"(open"}).smtp, 553);
    MacroScope macros(&outcome_.config->macros);
    Rewriter rewriter(*outcome_.config, macros);
    EXPECT_TRUE(check_ruleset(rewriter, "nosuch", {"x"}, Deadline::never()).accepted());
}

struct VerdictCase {
    const char* name;
    const char* host;
    const char* text;
    int smtp;
    const char* dsn;
    const char* message;
    Exit status;
};

class VerdictTest : public testing::TestWithParam<VerdictCase> {};

TEST_P(VerdictTest, ReadsTheText) {
    const VerdictCase& c = GetParam();
    const ErrorVerdict got = error_verdict(c.host, c.text);
    EXPECT_EQ(got.smtp, c.smtp);
    EXPECT_EQ(got.dsn, c.dsn);
    EXPECT_EQ(got.text, c.message);
    EXPECT_EQ(got.status, c.status);
}

INSTANTIATE_TEST_SUITE_P(
    All, VerdictTest,
    testing::Values(
        VerdictCase{"Plain", "", "plain", 553, "5.3.0", "plain", Exit::kUnavailable},
        VerdictCase{"DsnAloneIsNotTheReply", "5.1.1", "x", 553, "5.3.0", "x", Exit::kNoUser},
        VerdictCase{"Word", "TEMPFAIL", "x", 553, "5.3.0", "x", Exit::kTempFail},
        VerdictCase{"CodeAndDsn", "4.1.1", "550 x", 550, "4.1.1", "x", Exit::kTempFail},
        VerdictCase{"TextDsnWins", "4.1.1", "550 5.9.9 x", 550, "5.9.9", "x", Exit::kTempFail},
        VerdictCase{"CodeOnly", "", "450 x", 450, "4.0.0", "x", Exit::kTempFail},
        VerdictCase{"NotACode", "", "550-x", 553, "5.3.0", "550-x", Exit::kUnavailable},
        VerdictCase{"LeadingBlanks", "", "\"  550 x\"", 553, "5.3.0", "  550 x",
                    Exit::kUnavailable},
        VerdictCase{"Quotes", "", "550 \"a \\\"b\"", 550, "5.0.0", "a \"b", Exit::kUnavailable},
        VerdictCase{"Number", "67", "x", 553, "5.3.0", "x", Exit::kNoUser}),
    [](const testing::TestParamInfo<VerdictCase>& tp) { return tp.param.name; });

struct CrackCase {
    const char* name;
    const char* text;
    const char* frame;
};

class CrackTest : public testing::TestWithParam<CrackCase> {};

TEST_P(CrackTest, KeepsPhraseAndComments) {
    EXPECT_EQ(crack_template(GetParam().text, ".'"), GetParam().frame);
}

INSTANTIATE_TEST_SUITE_P(
    All, CrackTest,
    testing::Values(
        CrackCase{"CommentBehind", "a (b) c", "$g (b)"},
        CrackCase{"CommentBefore", "(b) x@y", "(b) $g"}, CrackCase{"OnlyComment", "(b", "(b)"},
        CrackCase{"Phrase", "Foo Bar <x@y> (zz)", "Foo Bar <$g> (zz)"},
        CrackCase{"QuotedPhrase", "\"Foo <\" <x@y>", "\"Foo <\" <$g>"},
        CrackCase{"OddPhraseIsQuoted", "a <b@c> d <e@f>", "\"a <b@c> d\" <$g>"},
        CrackCase{"EscapeInQuotes", R"("a\"b.c" <u@h>)", R"("a\"b.c" <$g>)"},
        CrackCase{"EscapeInComment", R"(a (b\) c.d) <u@h>)", R"(a (b\) c.d) <$g>)"},
        CrackCase{"Backslash", R"(back\slash <u@h>)", R"("back\slash" <$g>)"},
        CrackCase{"LastBackslash", R"(a\ <u@h>)", R"("a\\" <$g>)"},
        CrackCase{"EscapedQuote", R"(a\"b <u@h>)", R"("a\"b" <$g>)"},
        CrackCase{"Quoted", R"(a "q" b.c <u@h>)", R"("a \"q\" b.c" <$g>)"},
        CrackCase{"Parenthesis", "a) b <u@h>", R"("a) b" <$g>)"},
        CrackCase{"Unclosed", "x<y", "x<$g>"}, CrackCase{"Empty", "<>", "<>"},
        CrackCase{"CommentInside", "<a(b)>", "<$g (b)>"}, CrackCase{"Group", "g:a,b;", "g:$g;"},
        CrackCase{"EmptyGroup", "g:;", "g:;$g"}, CrackCase{"Literal", "u@[IPv6:::1]", "$g"},
        CrackCase{"DoubleColon", "a::b", "$g"}, CrackCase{"Trailing", "<a@b>trail", "<$g>trail"}),
    [](const testing::TestParamInfo<CrackCase>& tp) { return tp.param.name; });

TEST(CrackTemplate, CharactersOfMustQuoteChars) {
    EXPECT_EQ(crack_template("A. B <u@h>", ""), "A. B <$g>");
    EXPECT_EQ(crack_template("A. B <u@h>", "."), "\"A. B\" <$g>");
    EXPECT_EQ(crack_template("O'Neil <u@h>", "."), "O'Neil <$g>");
    EXPECT_EQ(crack_template("hy-phen <u@h>", ".-"), "\"hy-phen\" <$g>");
    EXPECT_EQ(crack_template("a@b <u@h>", ""), "\"a@b\" <$g>");
    EXPECT_EQ(crack_template("a (b.c) <u@h>", "."), "a (b.c) <$g>");
}

TEST(CrackAddress, TakesTheAddressOut) {
    EXPECT_EQ(crack_address("Full Name <user@host> (x)"), "user@host");
    EXPECT_EQ(crack_address("user@host (Name)"), "user@host");
}

}  // namespace
}  // namespace sm
