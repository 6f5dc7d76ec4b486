#include "libcf/matcher.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>

#include "libcf/rule_compiler.h"
#include "libcf/trace_matcher.h"

namespace sm {
namespace {

// Rules and workspaces over a small alphabet, so that random ones meet often.
struct World {
    RuleProgram program;
    ClassTable classes;

    World() {
        program.set_operators(".@:");
        for (const std::string_view word : {"a", "a.b", "a.b.c", "b", "c@a", "B.b"}) {
            classes.add("X", word);
        }
        for (const std::string_view word : {"c", "c.c"}) classes.add("Y", word);
        static_cast<void>(classes.number_of("E"));  // empty
    }

    Workspace workspace(std::string_view text) {
        std::string* kept = &texts.emplace_back(scan_buffer_size(text.size()), '\0');
        std::vector<std::string_view> views;
        static_cast<void>(prescan_views(text, program.table(), ScanOptions{ScanMode::kTokens, 0},
                                        kept->data(), views));
        Workspace out;
        for (const std::string_view view : views) out.push_back(program.token_for(view));
        return out;
    }

    std::deque<std::string> texts;
};

std::string random_lhs(std::mt19937& random) {
    static constexpr std::array<std::string_view, 18> kParts = {
        "$*",  "$*",  "$*",  "$+", "$+", "$-", "$@", "$=X", "$=X",
        "$=Y", "$~X", "$=E", "a",  "b",  ".",  "@",  "c",   "$|"};
    std::string out;
    const std::size_t parts = 1 + random() % 9;
    int wildcards = 0;
    for (std::size_t i = 0; i < parts; ++i) {
        const std::string_view part = kParts[random() % kParts.size()];
        if (part.size() > 1 && part != "$@" && part != "$|" && ++wildcards > 9) break;
        append(out, out.empty() ? "" : " ", part);
    }
    return out;
}

std::string random_text(std::mt19937& random) {
    static constexpr std::array<std::string_view, 9> kWords = {"a", "b", "c", ".", ".",
                                                               "@", "A", "C", "zz"};
    std::string out;
    for (std::size_t i = random() % 14; i > 0; --i) {
        append(out, kWords[random() % kWords.size()], random() % 3 == 0 ? " " : "");
    }
    return out;
}

TEST(Matcher, AgreesWithTheObviousOneOnRandomRules) {
    const char* wanted = std::getenv("SM_MATCHER_PAIRS");
    const int pairs = wanted != nullptr ? std::atoi(wanted) : 100000;
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937 random(seed);
    int matched = 0;
    for (int done = 0; done < pairs;) {
        World world;
        for (int i = 0; i < 50; ++i) {
            const std::string text = random_lhs(random);
            const CompiledRule compiled =
                compile_rule(world.program, world.classes, text, "$@", 10);
            Matcher fast(world.classes, ' ');
            TraceMatcher obvious(world.classes, ' ');
            for (int k = 0; k < 20; ++k, ++done) {
                const std::string input = random_text(random);
                Workspace work = world.workspace(input);
                if (random() % 8 == 0) work.push_back(RuleProgram::marker(word_id::kSeparator));
                Captures a{};
                Captures b{};
                const auto& lhs = compiled.rule.lhs;
                const bool got = fast.match(lhs.data(), lhs.size(), work.data(), work.size(), a);
                ASSERT_EQ(got, obvious.match(lhs, work, b)) << "R" << text << " on " << input;
                if (!got) continue;
                ++matched;
                EXPECT_GE(work.size(), compiled.rule.min_tokens);
                EXPECT_LE(work.size(), compiled.rule.max_tokens);
                for (std::size_t n = 1; n <= compiled.rule.captures; ++n) {
                    ASSERT_EQ(a[n].first, b[n].first) << "R" << text << " on " << input;
                    ASSERT_EQ(a[n].last, b[n].last) << "R" << text << " on " << input;
                }
            }
        }
    }
    EXPECT_GT(matched, pairs / 50);  // the pairs are not all hopeless
}

// The rule and the address for which the classic matcher needs 26 seconds.
TEST(Matcher, NineWildcardsOnALongAddressAreFast) {
    World world;
    std::string address = "u@";
    for (int i = 0; i < 97; ++i) address += "a.";
    address += 'b';
    for (const char* lhs :
         {"$* a . $* a . $* a . $* a . $* a . c", "$+ a $+ a $+ a $+ a $+ a $+ a $+ a $+ a $+ c",
          "$* $=X $* $=X $* $=X $* $=X $* c"}) {
        const CompiledRule compiled = compile_rule(world.program, world.classes, lhs, "$@", 10);
        const Workspace work = world.workspace(address);
        Matcher matcher(world.classes, ' ');
        Captures captures{};
        const auto start = std::chrono::steady_clock::now();
        EXPECT_FALSE(matcher.match(compiled.rule.lhs.data(), compiled.rule.lhs.size(), work.data(),
                                   work.size(), captures));
        const auto spent = std::chrono::steady_clock::now() - start;
        EXPECT_LT(spent, std::chrono::milliseconds(10)) << lhs;
    }
}

struct MatchCase {
    const char* name;
    const char* lhs;
    const char* text;
    const char* captures;  // "[..][..]", or "" for no match
};

class MatchTest : public testing::TestWithParam<MatchCase> {};

TEST_P(MatchTest, GivesTheClassicCaptures) {
    World world;
    const MatchCase& c = GetParam();
    const CompiledRule compiled = compile_rule(world.program, world.classes, c.lhs, "$@", 10);
    EXPECT_TRUE(compiled.complaints.empty());
    const Workspace work = world.workspace(c.text);
    Matcher matcher(world.classes, ' ');
    Captures captures{};
    std::string got;
    if (matcher.match(compiled.rule.lhs.data(), compiled.rule.lhs.size(), work.data(), work.size(),
                      captures)) {
        for (std::size_t n = 1; n <= compiled.rule.captures; ++n) {
            got += '[';
            for (std::size_t i = captures[n].first; i < captures[n].last; ++i) {
                got += work[i].text;
            }
            got += ']';
        }
    }
    EXPECT_EQ(got, c.captures);
}

INSTANTIATE_TEST_SUITE_P(
    All, MatchTest,
    testing::Values(MatchCase{"EmptyTakesNothingAnywhere", "$* $@ $*", "a", "[][a]"},
                    MatchCase{"MinimalFirst", "$* . $*", "a.b.c.d", "[a][b.c.d]"},
                    MatchCase{"ThreeStars", "$* $* $*", "a b c", "[][][abc]"},
                    MatchCase{"Backtracks", "$* a $+ a $*", "a a b a c a d", "[][ab][cad]"},
                    MatchCase{"ClassShortestFirst", "$=X $*", "a.b.c.d", "[a][.b.c.d]"},
                    MatchCase{"ClassExtends", "$=X", "a.b.c", "[a.b.c]"},
                    MatchCase{"ClassBacktracks", "$=X . c", "a.b.c", "[a.b]"},
                    MatchCase{"ClassFoldsCase", "$=X", "B.B", "[B.B]"},
                    MatchCase{"NotInClassIsOneToken", "$~X $*", "c.a", "[c][.a]"},
                    MatchCase{"NotInClassFails", "$~X", "A", ""},
                    MatchCase{"EmptyClassNeverMatches", "$* $=E $*", "a b", ""},
                    MatchCase{"EmptyClassAlwaysNot", "$~E", "a", "[a]"},
                    MatchCase{"PlusNeedsOne", "$+ . $+", ".a.b", "[.a][b]"},
                    MatchCase{"WordsDoNotRunTogether", "$=X", "a b", ""}),
    [](const testing::TestParamInfo<MatchCase>& tp) { return tp.param.name; });

}  // namespace
}  // namespace sm
