#include "sendmail/route/router.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>

#include "libcf/cf_reader.h"
#include "libcf/map_table.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/route/address_list.h"
#include "sendmail/route/alias_maps.h"
#include "sendmail/route/local_user.h"

namespace sm {
namespace {

constexpr std::string_view kCf =
    "V10/Berkeley\n"
    "O OperatorChars=.:%@!^/[]+\n"
    "O QueueDirectory=/tmp\n"
    "O ForwardPath=/forward/$u\n"
    "O DefaultUser=65534:65534\n"
    "S3\n"
    "R$* < $* > $*\t$2\n"
    "S0\n"
    "Rmoved\t$#error $@ 5.1.6 $: \"551 User has moved\"\n"
    "R$+ @ here\t$#local $: $1\n"
    "R$+ @ $+\t$#esmtp $@ $2 $: $1 @ $2\n"
    "R$+\t$#local $: $1\n"
    "S5\n"
    "R$+ + $*\t$#local $@ + $2 $: $1\n"
    "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u\n"
    "Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u\n"
    "Mesmtp, P=[IPC], F=mDFMuX, S=0, R=0, E=\\r\\n, A=TCP $h\n";

// Values from a table; "!" cannot tell.
class TableMap final : public Map {
  public:
    std::map<std::string, std::string, std::less<>> table;
    Result<std::optional<std::string>> lookup(std::string_view key, const MapArgs&,
                                              Deadline) override {
        const auto found = table.find(key);
        if (found == table.end()) return std::optional<std::string>();
        if (found->second == "!") return make_error(Exit::kTempFail, "map is locked");
        return std::optional(found->second);
    }
};

class FakeFiles final : public Privileged {
  public:
    std::map<std::string, std::string> files;  // "!75", "!77": refused with that class
    Result<UserFile> open_user_file(UserFileKind, const std::string& path,
                                    const Credentials&) override {
        const auto found = files.find(path);
        if (found == files.end()) return make_error(Exit::kNoInput, "No such file or directory");
        if (found->second == "!75") return make_error(Exit::kTempFail, "server does not answer");
        if (found->second == "!77") return make_error(Exit::kNoPerm, "Group writable file");
        auto pipe = make_pipe();
        EXPECT_TRUE(write_all(pipe->write_end.get(), found->second).ok());
        return UserFile{std::move(pipe->read_end)};
    }
    Result<StartedMailer> start_mailer(const MailerSpec&, const std::vector<std::string>&,
                                       const Credentials&, std::string_view) override {
        return make_error(Exit::kSoftware, "not in this test");
    }
    Result<ChildStatus> wait_mailer(pid_t, Deadline) override {
        return make_error(Exit::kSoftware, "not in this test");
    }
    Result<UniqueFd> open_delivery_file(const std::string&, const Credentials&) override {
        return make_error(Exit::kSoftware, "not in this test");
    }
    Result<UniqueFd> connect_filter(int, Deadline) override {
        return make_error(Exit::kSoftware, "not in this test");
    }
    Result<bool> check_password(std::string_view, std::string_view, std::string_view) override {
        return make_error(Exit::kSoftware, "not in this test");
    }
    Result<std::optional<std::string>> password_secret(std::string_view,
                                                       std::string_view) override {
        return make_error(Exit::kSoftware, "not in this test");
    }
};

class RouterTest : public testing::Test {
  protected:
    void SetUp() override {
        ReadSetup setup;
        HostIdentity identity;
        identity.canonical = "mx.test";
        setup.identity = identity;
        auto outcome = read_config_text("router.cf", kCf, setup);
        for (const std::string& message : outcome.messages) ADD_FAILURE() << message;
        config_ = std::move(outcome.config);
        auto aliases = std::make_unique<TableMap>();
        aliases->set_identity("aliases", "table");
        aliases_ = &aliases->table;
        config_->maps().add(std::move(aliases));
    }

    // "address -> mailer host user" of each recipient that is to be delivered, then the others
    // with their status.
    std::string expand(const std::vector<std::string>& addresses, Router::Hooks hooks = {}) {
        envelope_ = Envelope();
        envelope_.macros.set_parent(&config_->macros);
        for (const std::string& address : addresses) {
            Recipient recipient;
            recipient.address = address;
            envelope_.recipients.push_back(recipient);
        }
        if (!sender_.empty()) {
            envelope_.sender_target = Target{config_->find_mailer("local"), "", sender_};
        }
        Router router(*config_, files_);
        router.set_hooks(std::move(hooks));
        EXPECT_TRUE(router.expand(envelope_, Deadline::never()).ok());
        std::string out;
        for (const Recipient& r : envelope_.recipients) {
            if (r.state == Recipient::State::kExpanded || r.state == Recipient::State::kDropped) {
                continue;
            }
            if (!out.empty()) out += "; ";
            if (r.state == Recipient::State::kQueued && r.status == Exit::kOk) {
                append(out, r.target.mailer->name, ' ', r.target.host, ' ', r.target.user);
            } else {
                append(out, r.address, ' ', r.dsn, ' ', r.status_text);
            }
        }
        return out;
    }

    std::unique_ptr<Config> config_;
    std::map<std::string, std::string, std::less<>>* aliases_ = nullptr;
    FakeFiles files_;
    Envelope envelope_;
    std::string sender_;  // a local account
};

TEST_F(RouterTest, AccountsRemoteAndUnknownUsers) {
    EXPECT_EQ(expand({"root", "<x@far.test>", "nosuchuser"}),
              "local  root; esmtp far.test x@far.test; nosuchuser 5.1.1 User unknown");
    EXPECT_EQ(envelope_.recipients[0].home, "/root");
}

TEST_F(RouterTest, UpperCaseLocalUserIsFolded) {
    EXPECT_EQ(expand({"ROOT"}), "local  root");
}

// Account databases differ; root's full name is what it is.
TEST_F(RouterTest, FullNamesWhereWanted) {
    const auto root = find_account("root");
    ASSERT_TRUE(root.ok() && *root);
    if ((*root)->full_name == "root" || (*root)->full_name.empty()) {
        EXPECT_EQ(find_account_of("ROOT", ' ')->has_value(), !(*root)->full_name.empty());
    }
    EXPECT_FALSE(find_account_of("", ' ')->has_value());
    EXPECT_FALSE(find_account_of("nobody_of_this_name", ' ')->has_value());
    config_->options.match_gecos = true;
    EXPECT_EQ(expand({"nobody_of_this_name", "root"}),
              "nobody_of_this_name 5.1.1 User unknown; local  root");
}

TEST_F(RouterTest, SenderIsLeftOutOfListFilesWithoutMeToo) {
    files_.files["/list"] = "root\ndaemon\n";
    files_.files["/alone"] = "root\n";
    (*aliases_)["list"] = ":include:/list";
    (*aliases_)["both"] = "root, :include:/list";
    (*aliases_)["alone"] = ":include:/alone";
    (*aliases_)["plain"] = "root, daemon";
    sender_ = "root";
    EXPECT_EQ(expand({"list"}), "local  root; local  daemon");
    config_->options.me_too = false;
    EXPECT_EQ(expand({"list"}), "local  daemon");
    EXPECT_EQ(expand({"both"}), "local  daemon");
    EXPECT_EQ(expand({"alone"}), "local  root");
    EXPECT_EQ(expand({"plain"}), "local  daemon; local  root");
    EXPECT_EQ(expand({"list", "root"}), "local  root; local  daemon");
    sender_ = "daemon";
    EXPECT_EQ(expand({"list"}), "local  root");
}

TEST_F(RouterTest, RulesetErrorIsADecision) {
    EXPECT_EQ(expand({"moved"}), "moved 5.1.6 User has moved");
}

TEST_F(RouterTest, AliasesOfAliases) {
    (*aliases_)["one"] = "two, x@far.test";
    (*aliases_)["two"] = "root, daemon";
    EXPECT_EQ(expand({"one"}), "esmtp far.test x@far.test; local  daemon; local  root");
}

TEST_F(RouterTest, SelfReferenceKeepsTheMailbox) {
    (*aliases_)["daemon"] = "daemon, root";
    EXPECT_EQ(expand({"daemon"}), "local  daemon; local  root");
}

TEST_F(RouterTest, LoopsEnd) {
    (*aliases_)["loop1"] = "loop2";
    (*aliases_)["loop2"] = "loop1";
    EXPECT_NE(expand({"loop1"}).find("5.4.6 aliasing/forwarding loop broken"), std::string::npos);
}

TEST_F(RouterTest, DuplicatesAreDeliveredOnce) {
    (*aliases_)["both"] = "root, ROOT@here, root";
    EXPECT_EQ(expand({"both", "root"}), "local  root");
}

TEST_F(RouterTest, BackslashStopsAliasing) {
    (*aliases_)["root"] = "x@far.test";
    EXPECT_EQ(expand({"\\root"}), "local  \\root");
}

TEST_F(RouterTest, MapThatCannotTellDefers) {
    (*aliases_)["root"] = "!";
    EXPECT_EQ(expand({"root"}), "root 4.3.0 Deferred: map is locked");
    EXPECT_EQ(envelope_.recipients[0].state, Recipient::State::kQueued);
}

TEST_F(RouterTest, ProgramsAndFilesOnlyThroughAliases) {
    EXPECT_EQ(expand({"\"|/bin/id\"", "/etc/passwd"}),
              "\"|/bin/id\" 5.7.1 Cannot mail directly to programs; "
              "/etc/passwd 5.7.1 Cannot mail directly to files");
    (*aliases_)["p"] = "\"|/bin/id -u\", /tmp/file";
    EXPECT_EQ(expand({"p"}), "*file*  /tmp/file; prog  \"|/bin/id -u\"");
    EXPECT_EQ(envelope_.recipients[1].controlling_user->uid, 65534U);
}

// "address as CONTROLLER, PAF" of each recipient that is to be delivered.
TEST_F(RouterTest, WhoControlsWhatAListNames) {
    const auto members = [this] {
        std::string out;
        for (const Recipient& one : envelope_.recipients) {
            if (one.state != Recipient::State::kQueued) continue;
            const ControllingUser& user = *one.controlling_user;
            append(out, out.empty() ? "" : "; ", one.address, " as ", user.uid, ' ', user.alias,
                   '/', user.origin, ' ', one.primary ? "P" : "", one.from_alias ? "A" : "", " of ",
                   one.alias_of);
        }
        return out;
    };
    (*aliases_)["p"] = "q";
    (*aliases_)["q"] = "|exit";
    expand({"p"});
    EXPECT_EQ(members(), "|exit as 65534 q/ PA of q");
    files_.files["/forward/root"] = "q\n|exit 1\n";
    expand({"root"});
    EXPECT_EQ(members(), "|exit as 65534 q/ A of q; |exit 1 as 0 root/root  of root");
    (*aliases_)["list"] = ":include:/lists/a";
    files_.files["/lists/a"] = "daemon\n|exit\n";
    expand({"list"});
    EXPECT_EQ(members(),
              "daemon as 1 :include:/lists/a/  of :include:/lists/a; |exit as 65534 "
              ":include:/lists/a/:include:/lists/a  of :include:/lists/a");
}

TEST_F(RouterTest, RefusalsAreNoFailedDeliveries) {
    (*aliases_)["p"] = "moved, nosuchuser, :include:/none, q";
    (*aliases_)["q"] = "p";
    expand({"p"});
    std::string out;
    for (const Recipient& one : envelope_.recipients) {
        if (one.state != Recipient::State::kFailed) continue;
        append(out, refusal_code(one), ' ', one.refused_with, ' ', complaint_of(one), '\n');
    }
    EXPECT_EQ(out,
              "550 550 :include:/none... Cannot open /none: No such file or directory\n"
              "550 0 nosuchuser... User unknown\n"
              "551 551 moved... User has moved\n");
}

TEST_F(RouterTest, AnUnknownMemberIsToldOnce) {
    (*aliases_)["p"] = "nosuchuser, q";
    (*aliases_)["q"] = "nosuchuser";
    EXPECT_EQ(expand({"p"}), "nosuchuser 5.1.1 User unknown");
}

TEST_F(RouterTest, AForwardIsOpenedOnceUnderWhateverName) {
    files_.files["/forward/root"] = "\\root\nx@far.test\n";
    (*aliases_)["p"] = "root, ROOT, root@here";
    int opened = 0;
    Router::Hooks hooks;
    hooks.log_forward = [&opened](const std::string&, const std::string&) { ++opened; };
    EXPECT_EQ(expand({"p"}, std::move(hooks)), "local  \\root; esmtp far.test x@far.test");
    EXPECT_EQ(opened, 2);
}

TEST_F(RouterTest, WhatAnAliasNamesIsNotUnsafeForTheListThatNamesTheAlias) {
    files_.files["/forward/daemon"] = "p\n|exit\n";
    (*aliases_)["p"] = "/tmp/box";
    EXPECT_EQ(expand({"daemon"}),
              "*file*  /tmp/box; |exit 5.7.1 User daemon@mx.test doesn't have a valid shell for "
              "mailing to programs");
}

TEST_F(RouterTest, ALoopWithAWayOutIsNone) {
    (*aliases_)["a"] = "b, root";
    (*aliases_)["b"] = "a";
    EXPECT_EQ(expand({"a"}), "local  root");
    EXPECT_EQ(expand({"b"}), "local  root");
    (*aliases_)["a"] = "b";
    EXPECT_EQ(expand({"a"}), "a 5.4.6 aliasing/forwarding loop broken");
}

TEST_F(RouterTest, TooDeepIsSaidOfTheListThatIsNotOpened) {
    config_->options.max_alias_recursion = 1;
    (*aliases_)["a"] = "b";
    (*aliases_)["b"] = "root";
    EXPECT_EQ(expand({"a"}), "b 5.4.6 aliasing/forwarding loop broken (2 aliases deep; 1 max)");
}

TEST_F(RouterTest, IncludeFilesSkipComments) {
    (*aliases_)["list"] = ":include:/lists/a";
    files_.files["/lists/a"] = "# comment\nroot, daemon\n\nx@far.test\n";
    EXPECT_EQ(expand({"list"}), "local  daemon; local  root; esmtp far.test x@far.test");
}

TEST_F(RouterTest, MissingListIsADecisionAndASlowOneIsNot) {
    (*aliases_)["list"] = ":include:/lists/a";
    EXPECT_EQ(expand({"list"}),
              ":include:/lists/a 5.2.4 Cannot open /lists/a: No such file or directory");
    files_.files["/lists/a"] = "!75";
    EXPECT_EQ(expand({"list"}),
              ":include:/lists/a 4.2.4 Cannot open /lists/a: server does not answer");
    EXPECT_EQ(envelope_.recipients[1].state, Recipient::State::kQueued);
}

TEST_F(RouterTest, ForwardReplacesUnlessItNamesTheUser) {
    files_.files["/forward/root"] = "x@far.test\n";
    EXPECT_EQ(expand({"root"}), "esmtp far.test x@far.test");
    files_.files["/forward/root"] = "\\root, x@far.test\n";
    EXPECT_EQ(expand({"root"}), "esmtp far.test x@far.test; local  \\root");
    files_.files["/forward/root"] = "root, x@far.test\n";
    EXPECT_EQ(expand({"root"}), "local  root; esmtp far.test x@far.test");
    files_.files["/forward/root"] = "# nothing\n";
    EXPECT_EQ(expand({"root"}), "local  root");
}

TEST_F(RouterTest, UnsafeForwardIsPassedOverAndASlowOneDefers) {
    files_.files["/forward/root"] = "!77";
    EXPECT_EQ(expand({"root"}), "local  root");
    files_.files["/forward/root"] = "!75";
    EXPECT_EQ(expand({"root"}), "root 4.2.4 Cannot open /forward/root: server does not answer");
}

TEST_F(RouterTest, ForwardToAProgramNeedsAValidShell) {
    files_.files["/forward/daemon"] = "\"|/bin/id\"\n";
    EXPECT_EQ(expand({"daemon"}),
              "\"|/bin/id\" 5.7.1 User daemon@mx.test doesn't have a valid shell for mailing to "
              "programs");
    files_.files["/forward/root"] = "\"|/bin/id\"\n";
    EXPECT_EQ(expand({"root"}), "prog  \"|/bin/id\"");
    EXPECT_EQ(envelope_.recipients[1].controlling_user->name, "root");
}

TEST_F(RouterTest, Ruleset5FindsTheUserBeforeThePlus) {
    EXPECT_EQ(expand({"root+detail"}), "local +detail root");
}

TEST_F(RouterTest, OwnerOfAListBecomesTheSender) {
    (*aliases_)["list"] = "root, x@far.test";
    (*aliases_)["owner-list"] = "daemon";
    expand({"list"});
    EXPECT_EQ(envelope_.recipients[1].owner, "daemon");
    EXPECT_EQ(envelope_.recipients[2].owner, "daemon");
}

TEST_F(RouterTest, VerifyLooksAtTheAliasNotAtItsMembers) {
    (*aliases_)["list"] = "nosuchuser";
    Router router(*config_, files_);
    for (const auto& [name, status] :
         std::vector<std::pair<std::string, Exit>>{{"list", Exit::kOk},
                                                   {"root", Exit::kOk},
                                                   {"root+x", Exit::kOk},
                                                   {"nosuchuser", Exit::kNoUser},
                                                   {"x@far.test", Exit::kOk},
                                                   {"/etc/passwd", Exit::kUsage}}) {
        Envelope envelope;
        envelope.macros.set_parent(&config_->macros);
        Recipient recipient;
        recipient.address = name;
        Rewriter rewriter(*config_, envelope.macros);
        recipient.target =
            parse_address(rewriter, name, AddressRole::kEnvelopeRecipient, Deadline::never())
                .target;
        router.verify(envelope, recipient, Deadline::never());
        EXPECT_EQ(recipient.status, status) << name;
    }
}

TEST(AddressList, CommasInsideQuotesAndComments) {
    EXPECT_EQ(split_addresses("a, \"b, c\" <d@e>, f (g, h)\n \"|prog x,y\",,"),
              (std::vector<std::string>{"a", "\"b, c\" <d@e>", "f (g, h)", "\"|prog x,y\""}));
    EXPECT_EQ(split_addresses("a b", true), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(split_addresses("A B <a@b>", true), (std::vector<std::string>{"A B <a@b>"}));
    EXPECT_EQ(unquote("\"a \\\"b\\\"\""), "a \"b\"");
}

}  // namespace
}  // namespace sm
