#include "libcf/rewriter.h"

#include <gtest/gtest.h>

#include <chrono>

#include "libcf/rule_program.h"
#include "libcf/test_config.h"

namespace sm {
namespace {

// One configuration for all cases, in the manner of the probes: a ruleset per question.
constexpr const char* kRules = R"(
O BlankSub=.
Dxhello.world
DZtest
D{Tok}aa.bb
D{Rs}L2
C{Multi}foo.bar baz a b.c
C{L2}a a.b a.b.c
Kst macro
Kcomp arith
Kdq dequote
Kreg regex -a@MATCH ^[0-9]+$
StminX
R$* . $*	$@ [1=$1] [2=$2]
Stloop
Ra $*	$1
Stforever
R$*	$1 x
Stcont
R$+ . $+	$: $2 . $1
R$* . $*	$@ done $1 | $2
Stcall
R$*	$: < $>tminX $1 > tail
Sbar
R$* $$| $*	$: $1 $| $2
R$* $| $*	$@ L $1 R $2
Sdef
R$*	$: $&{nope} | $&x
Samp
R$*	$: $&{Tok}
R$- . $-	$@ two $1 and $2
Scond
R$*	$@ $?Z yes $| no $. $?{nope} y $| n $. $1
Squote
R$*	$@ "lit $1 eral" $1
Sarith
R$* $$| $*	$: $(comp + $@ $1 $@ $2 $) $(comp l $@ $1 $@ $2 $)
Sreg
R$*	$: $(reg $1 $: NOMATCH $)
Skey
R$*	$: $(dq $1 $)
Sdefault
R$*	$: $(dq x $: $1 (gone) y $)
Sset
R$*	$: $(st {Foo} $@ $1 $) $1
R$*	$@ <$&{Foo}>
Scanon
R$*	$: $[ $1 $: DFLT $]
Sresolve
Rres $*	$#error $@ 5.7.1 $: 550 no
R$*	$@ OK $1
Sdirect
R$*	$: $>resolve $1
R$*	$@ after $1
Smiddle
R$*	$: pre $>resolve $1
R$*	$@ after $1
Sprefix
R$*	$@ $: $1 z
Sunknown
R$*	$: $>nosuch $1
R$*	$@ after $1
Sdynamic
R$*	$: $>$&{Rs} $1
SL2
R$={L2} $*	$@ [$1] [$2]
Sdeep
R$*	$: $>deep $1
Slong
R$*	$: $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1 $1
Snomap
R$*	$: $(nomap $1 $: dd $)
Sempty
S99
Sskip
R$*	$: $>empty $>resolve $1
Sonce
R$+	$: $1 x
Shash
R$# $*	$@ hash $1
R$*	$@ nohash $1
Smark
R$*	$: $>hash $# $1
)";

const ReadOutcome& outcome() {
    static const ReadOutcome kOutcome = config_from(std::string(kTestMailers) + kRules);
    return kOutcome;
}

struct RewriteCase {
    const char* name;
    const char* ruleset;
    std::string input;
    std::string result;  // tokens joined by blanks
    Exit status = Exit::kOk;
    std::string message = {};
};

class RewriteTest : public testing::TestWithParam<RewriteCase> {};

TEST_P(RewriteTest, GivesTheClassicResult) {
    const RewriteCase& c = GetParam();
    ASSERT_TRUE(outcome().usable) << testing::PrintToString(outcome().messages);
    const Config& config = *outcome().config;
    MacroScope macros(&config.macros);
    Rewriter rewriter(config, macros);
    const TokenList tokens =
        prescan(c.input, config.rules().table(), ScanOptions{ScanMode::kTokens, 0}).tokens;
    const RewriteOutcome got = rewriter.rewrite(tokens, c.ruleset, Deadline::never());
    std::string text;
    for (const Token& token : got.tokens) text += (text.empty() ? "" : " ") + token.text;
    EXPECT_EQ(text, c.result);
    EXPECT_EQ(got.status, c.status);
    if (!c.message.empty()) {
        EXPECT_EQ(got.message, c.message);
    }
}

std::string repeated(const char* text, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += text;
    return out;
}

INSTANTIATE_TEST_SUITE_P(
    All, RewriteTest,
    testing::Values(
        RewriteCase{"UnknownRuleset", "unknown", "x", "after $> nosuch x", Exit::kConfig,
                    "Unknown ruleset nosuch"},
        RewriteCase{"UndefinedIsEmpty", "nothere", "a.b", "a . b"},
        RewriteCase{"CallOfEmptyRulesetSkipsTheNext", "skip", "res a", "$> resolve res a"},
        RewriteCase{"RecursionLimit", "deep", "a", "a", Exit::kConfig,
                    "rewrite: excessive recursion (max 50), ruleset deep"},
        RewriteCase{"ExpansionLimit", "long", repeated("a.", 20), repeated("a . ", 19) + "a .",
                    Exit::kDataErr, "rewrite: expansion too long"},
        RewriteCase{"EndlessRuleStops", "tforever", "a", "a" + repeated(" x", 100)},
        RewriteCase{"UnknownMap", "nomap", "k", "dd"},
        RewriteCase{"CannotTell", "canon", "broken", "DFLT", Exit::kTempFail, "name server"},
        RewriteCase{"Canonical", "canon", "alias", "real . test . example ."},
        RewriteCase{"NoSuchHost", "canon", "nope", "DFLT"},
        RewriteCase{"KeyStaysAsItWas", "key", "a b", "a b"},
        RewriteCase{"DefaultIsTextAgain", "default", "a b", "a . b y"},
        RewriteCase{"MacroMapSeenByNextRule", "set", "val", "< val >"},
        RewriteCase{"MacroIsTokenized", "amp", "x", "two aa and bb"},
        RewriteCase{"UnsetMacroIsNothing", "def", "x", "| hello . world"},
        RewriteCase{"ConditionalAtReadTime", "cond", "w", "yes n w"},
        RewriteCase{"NoSubstitutionInQuotes", "quote", "w", "\"lit $1 eral\" w"},
        RewriteCase{"SecondPrefixIsText", "prefix", "w", "$: w z"},
        RewriteCase{"Minimal", "tminX", "a.b.c", "[ 1= a ] [ 2= b . c ]"},
        RewriteCase{"Repeats", "tloop", "a a b", "b"}, RewriteCase{"OnceOnly", "once", "a", "a x"},
        RewriteCase{"NextRuleAfterColon", "tcont", "p.q.r", "done q | r . p"},
        RewriteCase{"CallTakesTheRest", "tcall", "a.b", "< [ 1= a ] [ 2= b > tail ]"},
        RewriteCase{"SeparatorIsNotTheWord", "bar", "a $| b", "L a R b"},
        RewriteCase{"Arithmetic", "arith", "7 $| 2", "9 FALSE"},
        RewriteCase{"Regex", "reg", "123", "@ MATCH"},
        RewriteCase{"ResolvedIsFinal", "direct", "res q", "$# error $@ 5 . 7 . 1 $: 550 no"},
        RewriteCase{"ResolvedInTheMiddleIsNot", "middle", "res q",
                    "after pre $# error $@ 5 . 7 . 1 $: 550 no"},
        RewriteCase{"RuntimeRulesetName", "dynamic", "a.b", "[ a ] [ . b ]"},
        RewriteCase{"MarkerEndsTheRuleset", "mark", "x", "$# x"}),
    [](const testing::TestParamInfo<RewriteCase>& tp) { return tp.param.name; });

TEST(Rewriter, MacrosAreSetInTheCallersScope) {
    const Config& config = *outcome().config;
    MacroScope session(&config.macros);
    Rewriter rewriter(config, session);
    const TokenList tokens = prescan("abc", config.rules().table()).tokens;
    static_cast<void>(rewriter.rewrite(tokens, "set", Deadline::never()));
    EXPECT_EQ(session.get("Foo"), "abc");
    EXPECT_EQ(config.macros.find("Foo"), nullptr);
}

}  // namespace
}  // namespace sm
