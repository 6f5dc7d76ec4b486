#include "libcf/cf_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "libcf/cf_lexer.h"
#include "libcf/class_table.h"
#include "libcf/line_readers.h"
#include "libcf/rule_program.h"
#include "libcf/test_config.h"
#include "libmap/map.h"
#include "libsm/files.h"
#include "libsm/test_folder.h"

namespace sm {
namespace {

TEST(CfLexer, ContinuationsCommentsAndNumbers) {
    const auto lines =
        split_cf_lines("V10\n# note\n\nHReceived: a\n\tb\n  \n c\nR$#x # y\tz\nCx a\\#b\n");
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[1].text, "HReceived: a\n\tb\n c");
    EXPECT_EQ(lines[1].number, 7);
    EXPECT_EQ(lines[2].text, "R$#x");
    EXPECT_EQ(lines[3].text, "Cx a#b");
    EXPECT_EQ(lines[3].number, 9);
}

TEST(CfLexer, NoCommentsBeforeLevelThree) {
    const auto lines = split_cf_lines("V2\nCx a#b\n");
    EXPECT_EQ(lines[1].text, "Cx a#b");
}

struct ErrorCase {
    const char* name;
    std::string line;
    std::string message;  // behind "t.cf: line 6: "
};

class ErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(ErrorTest, SaysWhatTheClassicProgramSays) {
    const ReadOutcome got =
        config_from(std::string(kTestMailers) + "O QueueDirectory=/q\n" + GetParam().line + "\n");
    ASSERT_FALSE(got.messages.empty());
    EXPECT_EQ(got.messages.front(), "t.cf: line 6: " + GetParam().message);
    EXPECT_FALSE(got.usable);
}

INSTANTIATE_TEST_SUITE_P(
    All, ErrorTest,
    testing::Values(
        ErrorCase{"Unknown", "Lfoo", "unknown configuration line \"Lfoo\""},
        ErrorCase{"NoRuleset", "Rfoo\tx", "missing valid ruleset for \"Rfoo\tx\""},
        ErrorCase{"MacroName", "D", "Name required for macro/class"},
        ErrorCase{"MacroBrace", "D{unclosed", "Unbalanced { on unclosed"},
        ErrorCase{"OptionAmbiguous", "O BadRcpt=1",
                  "readcf: ambiguous option name BadRcpt (matches BadRcptThrottle and "
                  "BadRcptShutdown)"},
        ErrorCase{"MacroLong", "D{averyveryverylongmacronamethatistoolong}x",
                  "Macro/class name ({averyveryverylongmacronam}) too long (25 chars max)"},
        ErrorCase{"MacroChar", "D{Foo bar}x", "Invalid macro/class character  "},
        ErrorCase{"ClassFileName", "Fx", "fileclass: missing file name"},
        ErrorCase{"ClassFile", "Fx/nonexistent",
                  "fileclass: cannot open '/nonexistent': No such file or directory"},
        ErrorCase{"ClassMap", "Fx@nosuch:foo", "fileclass: F{x}: class nosuch not available"},
        ErrorCase{"RulesetName", "S", "invalid ruleset name: \"\""},
        ErrorCase{"RulesetEquals",
                  "Sfoo=", "bad ruleset definition \"foo=\" (number required after `=')"},
        ErrorCase{"RulesetNumber", "S100", "bad ruleset 100 (100 max)"},
        ErrorCase{"MailerName", "M", "name required for mailer"},
        ErrorCase{"MailerArgv", "Mfoo, P=/x", "Mfoo: A= argument required"},
        ErrorCase{"MailerPath", "Mfoo, A=x", "Mfoo: P= argument required"},
        ErrorCase{"MailerEquate", "Mfoo, X=3, P=/x, A=x", "Mfoo: unknown mailer equate X="},
        ErrorCase{"MailerTcp", "Mfoo, P=[TCP], A=TCP $h",
                  "Mfoo: P=[TCP] must be replaced by P=[IPC]"},
        ErrorCase{"Header", "HFoo bar", "header syntax error, line \"Foo bar\""},
        ErrorCase{"HeaderCondition", "H?F", "header syntax error, line \"?F\""},
        ErrorCase{"HeaderRuleset", "HFoo: $>", "invalid ruleset name: \"\""},
        ErrorCase{"Precedence", "Pfoo", "unknown configuration line \"Pfoo\""},
        ErrorCase{"MapName", "K", "readcf: config K line: no map name"},
        ErrorCase{"MapClass", "Kfoo", "readcf: config K line, map foo: no map class"},
        ErrorCase{"MapUnknown", "Kfoo nosuch", "readcf: map foo: class nosuch not available"},
        ErrorCase{"QueueName", "Q", "name required for queue"},
        ErrorCase{"QueueEquate", "Qfoo, X=3", "Qfoo: unknown queue equate X="},
        ErrorCase{"FilterName", "X", "name required for mail filter"},
        ErrorCase{"FilterSocket", "Xfoo", "Xfoo: empty or missing socket information"},
        ErrorCase{"FilterTimeout", "Xfoo, S=inet:3@localhost, T=Z:3",
                  "Xfoo: unknown filter timeout Z"},
        ErrorCase{"FilterEquate", "Xfoo, Y=3", "Xfoo: unknown filter equate Y="},
        ErrorCase{"Option", "O NoSuchOption=3", "readcf: unknown option name NoSuchOption"},
        ErrorCase{"OptionEmpty", "O =", "readcf: null option name"},
        ErrorCase{"Timeout", "O Timeout.foo=3", "settimeout: invalid timeout foo"},
        ErrorCase{"TimeoutEmpty", "O Timeout.=5", "settimeout: invalid timeout "},
        ErrorCase{"TimeoutPriority", "O Timeout.queuereturn.foo=5d",
                  "settimeout: invalid timeout queuereturn.foo"},
        ErrorCase{"TimeUnit", "O MinQueueAge=3x", "Invalid time unit `x'"},
        ErrorCase{"Milter", "O Milter.foo=3", "milter_set_option: invalid Milter option foo"},
        ErrorCase{"Privacy", "O PrivacyOptions=foo,novrfy", "readcf: Op line: foo unrecognized"},
        ErrorCase{"Blame", "O DontBlameSendmail=foo",
                  "readcf: DontBlameSendmail option: foo unrecognized"},
        ErrorCase{"Resolver", "O ResolverOptions=+bar", "readcf: I option value bar unrecognized"},
        ErrorCase{"EightBit", "O EightBitMode=x", "Unknown 8-bit mode x"},
        ErrorCase{"SortOrder", "O QueueSortOrder=zzz", "Invalid queue sort order \"zzz\""},
        ErrorCase{"DeliveryMode", "O DeliveryMode=zz", "Unknown delivery mode z"},
        ErrorCase{"NoRecipient", "O NoRecipientAction=zz", "Invalid NoRecipientAction: zz"},
        ErrorCase{"User", "O DefaultUser=nosuchuser", "readcf: option u: unknown user nosuchuser"},
        ErrorCase{"Family", "O DaemonPortOptions=foo=bar",
                  "Unknown address family bar in Family=option"}),
    [](const testing::TestParamInfo<ErrorCase>& tp) { return tp.param.name; });

struct RuleErrorCase {
    const char* name;
    std::string rule;
    std::string message;
};

class RuleErrorTest : public testing::TestWithParam<RuleErrorCase> {};

TEST_P(RuleErrorTest, SaysWhatTheClassicProgramSays) {
    const ReadOutcome got =
        config_from(std::string(kTestMailers) + "Sx\n" + GetParam().rule + "\n");
    ASSERT_EQ(got.messages.size(), 1U);
    EXPECT_EQ(got.messages.front(), "t.cf: line 6: " + GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    All, RuleErrorTest,
    testing::Values(RuleErrorCase{"NoTab", "Rfoo", "invalid rewrite line \"Rfoo\" (tab expected)"},
                    RuleErrorCase{"TenWildcards", "R$*$*$*$*$*$*$*$*$*$*\tx",
                                  "R line: too many wildcards"},
                    RuleErrorCase{"UserOnLhs", "R$:\tx", "Inappropriate use of $: on LHS"},
                    RuleErrorCase{"CaptureOnLhs", "R$1\tx", "Inappropriate use of $1-$9 on LHS"},
                    RuleErrorCase{"OutOfBounds", "R$*\t$2", "replacement $2 out of bounds"},
                    RuleErrorCase{"Nested", "R$*\t$(a $(b c $) $)", "cannot nest map lookups"}),
    [](const testing::TestParamInfo<RuleErrorCase>& tp) { return tp.param.name; });

TEST(ReadConfig, ReportsEveryError) {
    const ReadOutcome got = config_from(std::string(kTestMailers) + "Lx\nLy\n");
    EXPECT_EQ(got.messages.size(), 2U);
}

TEST(ReadConfig, WantsALocalMailer) {
    const ReadOutcome got = config_from("V10\n");
    EXPECT_FALSE(got.usable);
    EXPECT_EQ(got.messages.back(), "No local mailer defined");
}

TEST(ReadConfig, MissingFile) {
    const ReadOutcome got = read_config("/nonexistent/x.cf");
    EXPECT_FALSE(got.readable);
    EXPECT_EQ(got.messages.front(),
              "/nonexistent/x.cf: line 0: cannot open: No such file or directory");
}

TEST(ReadConfig, StartValues) {
    const ReadOutcome got = config_from(kTestMailers);
    EXPECT_TRUE(got.usable) << testing::PrintToString(got.messages);
    const Config& config = *got.config;
    EXPECT_EQ(config.macros.get("j"), "mx.test.example");
    EXPECT_EQ(config.macros.get("w"), "mx");
    EXPECT_EQ(config.macros.get("m"), "test.example");
    EXPECT_TRUE(config.in_class("w", "MX.Test.Example"));
    EXPECT_TRUE(config.in_class("persistentMacros", "{if_addr}"));
    EXPECT_NE(config.find_map("host"), nullptr);
    EXPECT_EQ(config.daemons.front().name, "MTA");
    EXPECT_EQ(config.queue_groups.front().name, "mqueue");
    EXPECT_EQ(config.find_mailer("prog")->number, 0);
    EXPECT_TRUE(config.find_mailer("error")->is_error());
}

TEST(ReadConfig, MacrosClassesAndPrecedences) {
    const ReadOutcome got = config_from(
        std::string(kTestMailers) +
        "Dxone\nDyfoo$x\nDxtwo\nDq\"a b\"c\nC{K}a$x b.c $={J} $={K2}\nC{K2}p\nC{K3}$={K2} Q\n"
        "Troot daemon\nPlist=-30\nSn=7\nSx$x\nEFOO=bar\n");
    ASSERT_TRUE(got.usable) << testing::PrintToString(got.messages);
    const Config& config = *got.config;
    EXPECT_EQ(config.macros.get("y"), "foo$x");
    EXPECT_EQ(expand_macros("$y", config.macros), "footwo");
    EXPECT_EQ(config.macros.get("q"), "a bc");
    EXPECT_TRUE(config.in_class("K", "atwo"));
    EXPECT_FALSE(config.in_class("K", "p"));  // K2 was still empty
    EXPECT_TRUE(config.in_class("K3", "P"));
    EXPECT_TRUE(config.in_class("t", "daemon"));
    EXPECT_EQ(config.precedence("List"), -30);
    EXPECT_EQ(config.precedence("nope"), 0);
    EXPECT_EQ(config.rules().find("n"), 7);
    EXPECT_EQ(config.rules().find("xtwo"), kMaxRulesets - 1);
    EXPECT_EQ(config.environment.back(), "FOO=bar");
}

TEST(ReadConfig, ClassFiles) {
    const std::string path = testing::TempDir() + "class_words." + std::to_string(::getpid());
    ASSERT_TRUE(replace_file(path, "alpha beta\n# note\ngamma#x\n", 0600).ok());
    const ReadOutcome got =
        config_from("O DontBlameSendmail=ClassFileInUnsafeDirPath\n" + std::string(kTestMailers) +
                    "Fx" + path + "\nFy" + path + " %[^\\#]\nFz-o /nonexistent\nFp|echo one two\n");
    ::unlink(path.c_str());
    ASSERT_TRUE(got.usable) << testing::PrintToString(got.messages);
    EXPECT_TRUE(got.config->in_class("x", "alpha"));
    EXPECT_FALSE(got.config->in_class("x", "beta"));
    EXPECT_TRUE(got.config->in_class("x", "gamma#x"));
    EXPECT_TRUE(got.config->in_class("y", "beta"));
    EXPECT_TRUE(got.config->in_class("y", "gamma"));
    EXPECT_TRUE(got.config->in_class("p", "one"));
}

TEST(ReadConfig, AbbreviatedOption) {
    const ReadOutcome got = config_from(std::string(kTestMailers) + "O QueueDir=/q\n");
    ASSERT_TRUE(got.usable);
    EXPECT_EQ(got.config->options.queue_directory, "/q");
    ASSERT_EQ(got.messages.size(), 1U);
    EXPECT_NE(got.messages[0].find("Option QueueDir used as abbreviation for QueueDirectory"),
              std::string::npos);
}

TEST(ReadConfig, Options) {
    const ReadOutcome got = config_from(
        std::string(kTestMailers) +
        "O maxmessagesize = 5000000\nO Timeout.queuereturn.urgent=2d\nO Timeout=3m\n"
        "O Timeout.resolver.retry.first=4\nOT5d/4h\nO PrivacyOptions=goaway,restrictmailq\n"
        "O DontBlameSendmail=GroupWritableDirPathSafe, trustStickyBit\nO SuperSafe=PostMilter\n"
        "O Milter.macros.connect=j, {if_addr}, $_\nO Milter.LogLevel=3\nO TempFileMode=0640\n"
        "O DaemonPortOptions=Name=MTA, Addr=127.0.0.1, Port=25, M=E a, InputMailFilters=x;y\n"
        "O ClientPortOptions=Family=inet6\nO UnsafeGroupWrites=false\n"
        "O AliasFile=/a,hash:/b,\"hash:/c,d\",hash:\"/e,f\"\n"
        "O DefaultUser=7:8\nO MaxMimeHeaderLength=256/128\nO DialDelay=2h30m\nO MinQueueAge=5\n"
        "OL14\nO TimeZoneSpec=\nO QueueSortOrder=Random\n");
    ASSERT_TRUE(got.usable) << testing::PrintToString(got.messages);
    const Options& o = got.config->options;
    EXPECT_EQ(o.max_message_size, 5000000);
    EXPECT_EQ(o.timeouts.queuereturn.normal, std::chrono::hours(120));
    EXPECT_EQ(o.timeouts.queuewarn.dsn, std::chrono::hours(4));
    EXPECT_EQ(o.timeouts.mail, std::chrono::minutes(3));
    EXPECT_EQ(o.timeouts.helo, std::chrono::minutes(5));
    EXPECT_EQ(o.timeouts.resolver_retry.first, 4);
    EXPECT_TRUE(o.privacy.has(Privacy::kNoverb));
    EXPECT_TRUE(o.privacy.has(Privacy::kRestrictMailq));
    EXPECT_FALSE(o.privacy.has(Privacy::kNoreceipts));
    EXPECT_TRUE(o.dont_blame_sendmail.has("TrustStickyBit"));
    EXPECT_FALSE(o.dont_blame_sendmail.has("InsufficientEntropy"));
    EXPECT_EQ(o.super_safe, SuperSafe::kPostMilter);
    EXPECT_EQ(o.milter_macros.connect, (std::vector<std::string>{"j", "if_addr", "_"}));
    EXPECT_EQ(o.milter_log_level, 3);
    EXPECT_EQ(o.temp_file_mode, 0640U);
    const DaemonSpec& daemon = got.config->daemons.front();
    EXPECT_EQ(daemon.address, "127.0.0.1");
    EXPECT_TRUE(daemon.has('E'));
    EXPECT_TRUE(daemon.has('a'));
    EXPECT_EQ(daemon.filters, "x;y");
    EXPECT_EQ(got.config->clients.front().family, "inet6");
    EXPECT_EQ(o.alias_file,
              (std::vector<std::string>{"/a", "hash:/b", "hash:/c,d", "hash:\"/e,f\""}));
    EXPECT_EQ(o.default_user_ids.uid, 7U);
    EXPECT_EQ(o.default_user_ids.gid, 8U);
    EXPECT_EQ(o.max_mime_header_field_length, 128);
    EXPECT_EQ(o.dial_delay, std::chrono::minutes(150));
    EXPECT_EQ(o.min_queue_age, std::chrono::minutes(5));
    EXPECT_EQ(o.log_level, 14);
    EXPECT_EQ(o.time_zone_spec, "");
    EXPECT_EQ(o.queue_sort_order, QueueSortOrder::kRandom);
}

// As the reference: conditions and all; traces, comments and checks stay.
TEST(ReadConfig, TheLastHeaderLineOfANameCounts) {
    const ReadOutcome got =
        config_from(std::string(kTestMailers) +
                    "HX-A: one\nHX-B: b\nHX-B:\nH?Z?x-a: two\nHVia: one\nHVia: two\nHX-B: $>Check\n"
                    "HReceived: one\nHReceived: two\nHComments: one\nHComments: two\n");
    std::vector<std::string> kept;
    for (const HeaderRule& rule : got.config->headers) kept.push_back(cat(rule.name, rule.text));
    EXPECT_EQ(kept, (std::vector<std::string>{"X-Bb", "X-B", "x-atwo", "Viaone", "Viatwo", "X-B",
                                              "Receivedone", "Receivedtwo", "Commentsone",
                                              "Commentstwo"}));
}

TEST(ReadConfig, HeadersQueuesAndFilters) {
    const ReadOutcome got =
        config_from(std::string(kTestMailers) +
                    "H?P?Return-Path: <$g>\nH?${x}?X-Y: z\nHSubject: $>+check_it\nH*: $>other\n"
                    "O QueueDirectory=/var/q\nQfast, P=/var/q/f*, F=f, R=3, I=5m, r=10\n"
                    "Xf1, S=inet:8891@localhost, F=R, T=C:2m;S:20s;E:10m\n");
    ASSERT_TRUE(got.usable) << testing::PrintToString(got.messages);
    const auto& headers = got.config->headers;
    ASSERT_EQ(headers.size(), 4U);
    EXPECT_EQ(headers[0].flags, "P");
    EXPECT_EQ(headers[0].text, "<$g>");
    EXPECT_EQ(headers[1].macro, "x");
    EXPECT_TRUE(headers[2].is_check());
    EXPECT_TRUE(headers[2].keep_comments);
    EXPECT_EQ(headers[3].name, "*");
    ASSERT_EQ(got.config->queue_groups.size(), 2U);
    EXPECT_EQ(got.config->queue_groups[0].directories.front(), "/var/q");
    EXPECT_EQ(got.config->queue_groups[1].runners, 3);
    EXPECT_EQ(got.config->queue_groups[1].interval, std::chrono::minutes(5));
    EXPECT_EQ(got.config->filters.front().connect, std::chrono::minutes(2));
    EXPECT_EQ(got.config->filters.front().read, std::chrono::seconds(10));
}

TEST(DescribeMailer, IsTheClassicLine) {
    const ReadOutcome got =
        config_from(std::string(kTestMailers) +
                    "Mfoo, P=/bin/x, F=nrs, S=1/2, L=10, U=0:0, A=x \"a b\" $u\n"
                    "Msm2, P=[IPC], A=TCP $h\n");
    ASSERT_TRUE(got.usable) << testing::PrintToString(got.messages);
    const Config& config = *got.config;
    EXPECT_EQ(describe_mailer(config, *config.find_mailer("foo")),
              "mailer 5 (foo): P=/bin/x S=1/2 R=0/0 M=0 U=0:0 F=nrs L=10 E=\\n "
              "T=<undefined>/<undefined>/<undefined> r=100 A=x a b $u");
    EXPECT_EQ(describe_mailer(config, *config.find_mailer("sm2")),
              "mailer 6 (sm2): P=[IPC] S=0/0 R=0/0 M=0 U=-1:-1 F= L=0 E=\\r\\n "
              "T=dns/rfc822/smtp r=100 A=TCP $h");
}

TEST(OptionSetup, CommandLineWinsAndIsJudged) {
    ReadSetup setup;
    setup.identity = HostIdentity{"h.x", "h.x", {}};
    setup.probe_interfaces = false;
    setup.options = {{true, "LogLevel=3"}, {false, "L4"}, {true, "NoSuch=1"}};
    setup.macros = {{"x", "$y"}};
    const ReadOutcome got = read_config_text("t.cf", std::string(kTestMailers) + "OL9\n", setup);
    EXPECT_TRUE(got.bad_option);
    EXPECT_EQ(got.messages.back(), "readcf: unknown option name NoSuch");
    EXPECT_EQ(got.config->options.log_level, 4);
    EXPECT_EQ(expand_macros("$x", got.config->macros), "$y");  // never expanded again
}

// A server that does not answer is no empty alias file.
TEST(AliasFile, OfAServerThatIsNotThereCannotTell) {
    const ReadOutcome got =
        config_from(cat(kTestMailers, "O AliasFile=socket:unix:/nosuch/socket\n"));
    ASSERT_TRUE(got.messages.empty()) << got.messages.front();
    Map* map = got.config->find_map("aliases");
    ASSERT_NE(map, nullptr);
    EXPECT_FALSE(map->lookup("a", {}, Deadline::in(std::chrono::seconds(5))).ok());
}

// A file that is lost must not make its aliases unknown users; -o says that it may be missing.
TEST(AliasFile, ThatIsNotThereCannotTell) {
    for (const std::string spec : {"/nosuch/aliases", "hash:/nosuch/aliases",
                                   "btree:/nosuch/aliases", "text:/nosuch/aliases"}) {
        const ReadOutcome got = config_from(cat(kTestMailers, "O AliasFile=", spec, "\n"));
        ASSERT_TRUE(got.messages.empty()) << got.messages.front();
        Map* map = got.config->find_map("aliases");
        ASSERT_NE(map, nullptr);
        EXPECT_FALSE(map->lookup("a", {}, Deadline::never()).ok()) << spec;
    }
    const ReadOutcome got = config_from(cat(kTestMailers, "O AliasFile=hash:-o /nosuch/aliases\n"));
    const auto absent = got.config->find_map("aliases")->lookup("a", {}, Deadline::never());
    ASSERT_TRUE(absent.ok());
    EXPECT_FALSE(absent.value().has_value());
}

// The services of aliases: what there is no map of is told of, what cannot be asked cannot tell.
TEST(AliasFile, ServicesOfTheSwitchFile) {
    const TestFolder folder;
    const std::string path = folder.path() + "/service-switch";
    const auto read = [&path](std::string_view services) {
        std::ofstream(path) << "aliases " << services << '\n';
        return config_from(cat(kTestMailers, "O ServiceSwitchFile=", path,
                               "\nO AliasFile=sequence:none\nKaliases.none null\nKnone null\n"));
    };
    const ReadOutcome unknown = read("files none nosuch");
    EXPECT_EQ(unknown.messages,
              std::vector<std::string>{"Switch map aliases: unknown member map aliases.nosuch"});
    EXPECT_TRUE(unknown.usable);
    for (const std::string_view name : {"Alias0", "aliases.files", "aliases"}) {
        ASSERT_NE(unknown.config->find_map(name), nullptr) << name;
    }
    EXPECT_TRUE(unknown.config->find_map("aliases")->lookup("a", {}, Deadline::never()).ok());
    const ReadOutcome nis = read("files nis");
    EXPECT_FALSE(nis.config->find_map("aliases")->lookup("a", {}, Deadline::never()).ok());
    EXPECT_TRUE(nis.config->find_map("aliases.files")->lookup("a", {}, Deadline::never()).ok());
}

TEST(AliasFile, ClassesWithoutAliases) {
    for (const std::string type : {"regex", "user", "dequote", "host"}) {
        const ReadOutcome got = config_from(cat(kTestMailers, "O AliasFile=", type, ":x\n"));
        ASSERT_FALSE(got.messages.empty()) << type;
        EXPECT_NE(
            got.messages.front().find(cat("setalias: map class ", type, " can't handle aliases")),
            std::string::npos)
            << got.messages.front();
    }
}

}  // namespace
}  // namespace sm
