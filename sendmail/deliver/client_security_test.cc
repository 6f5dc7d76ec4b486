#include "sendmail/deliver/client_security.h"

#include <gtest/gtest.h>

#include "sendmail/deliver/testing.h"

namespace sm {
namespace {

constexpr std::string_view kHead =
    "V10/Berkeley\n"
    "O OperatorChars=.:%@!^/[]+\n"
    "O QueueDirectory=/tmp\n"
    "O LogLevel=0\n"
    "Djme.test\n"
    "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u\n"
    "Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u\n"
    "Mesmtp, P=[IPC], F=mDFMuXa, S=0, R=0, E=\\r\\n, A=TCP $h\n";
constexpr const char* kGreeting = "220 mx.test ESMTP\r\n";
constexpr const char* kOffer = "250-mx.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n";
constexpr const char* kPlainOffer = "250-mx.test\r\n250 PIPELINING\r\n";

class ClientSecurityTest : public testing::Test {
  protected:
    // Connects, then secures; the answers follow those of greeting and EHLO.
    ClientSecurity::Outcome run(std::string_view rules, std::deque<std::string> answers,
                                const char* offer = kOffer, bool in_clear = false) {
        auto read = read_test_config(cat(kHead, rules));
        for (const std::string& message : read.messages) ADD_FAILURE() << message;
        config_ = std::move(read.config);
        answers.push_front(offer);
        answers.push_front(kGreeting);
        connection_ = std::make_unique<SmtpConnection>(
            std::make_unique<ScriptedStream>(std::move(answers), &written_), "mx.test.",
            "mx.test [192.0.2.1]", *config_);
        const MailerSpec* mailer = config_->mailers.back().get();
        EXPECT_FALSE(connection_->open(*mailer, "me.test").has_value());
        written_.clear();
        tls_ = std::make_unique<ClientTls>(*config_);
        const ClientSecuritySetup setup{*config_, *tls_, *mailer, "me.test", "id", &client_};
        ClientSecurity security(setup, config_->macros, *connection_);
        return security.secure(*SocketAddress::parse("192.0.2.1", 25), in_clear);
    }
    [[nodiscard]] const std::string& verify() const { return connection_->security.verify; }

    DaemonSpec client_;
    std::unique_ptr<Config> config_;
    std::unique_ptr<ClientTls> tls_;
    std::unique_ptr<SmtpConnection> connection_;
    std::string written_;
};

std::string text_of(const ClientSecurity::Outcome& outcome) {
    if (!outcome.problem) return "";
    const SmtpProblem& problem = *outcome.problem;
    return cat(static_cast<int>(problem.status), " ", problem.dsn, " ", problem.text,
               problem.lost ? " (lost)" : "", outcome.retry_in_clear ? " (in clear)" : "");
}

TEST_F(ClientSecurityTest, NothingOffered) {
    EXPECT_EQ(text_of(run("", {}, kPlainOffer)), "");
    EXPECT_EQ(verify(), "NONE");
    EXPECT_EQ(connection_->security.server_name, "mx.test");
    EXPECT_EQ(connection_->security.server_addr, "192.0.2.1");
    EXPECT_EQ(written_, "");
}

TEST_F(ClientSecurityTest, RefusalsOfTheServerAreForTheRulesToJudge) {
    EXPECT_EQ(text_of(run("", {"454 4.3.3 later\r\n"})), "");
    EXPECT_EQ(verify(), "TEMP");
    EXPECT_EQ(written_, "[STARTTLS\r\n]");
    EXPECT_EQ(text_of(run("", {"250 2.0.0 well\r\n"})), "");
    EXPECT_EQ(verify(), "PROTOCOL");
    // It offers what it does not have: as if it had not.
    EXPECT_EQ(text_of(run("", {"500 5.5.1 what?\r\n"})), "");
    EXPECT_EQ(verify(), "NONE");
    constexpr std::string_view kStrict =
        "Stls_server\nRTEMP\t$#error $@ 4.7.0 $: 454 no TLS now\n"
        "RPROTOCOL\t$#error $@ 5.7.0 $: 554 no TLS\n";
    EXPECT_EQ(text_of(run(kStrict, {"454 4.3.3 later\r\n"})),
              "75 4.7.0 Deferred: 454 4.7.0 no TLS now");
    EXPECT_EQ(text_of(run(kStrict, {"250 2.0.0 well\r\n"})), "69 5.7.0 Service unavailable");
    EXPECT_EQ(text_of(run(kStrict, {"500 5.5.1 what?\r\n"})), "");
}

TEST_F(ClientSecurityTest, ServerLeaves) {
    const auto outcome = run("", {});
    ASSERT_TRUE(outcome.problem);
    EXPECT_TRUE(outcome.problem->lost);
    EXPECT_EQ(outcome.problem->status, Exit::kTempFail);
    EXPECT_FALSE(outcome.retry_in_clear);
}

TEST_F(ClientSecurityTest, BrokenHandshake) {
    const std::deque<std::string> answers = {"220 go\r\n", "HTTP/1.0 400 no\r\n\r\n"};
    EXPECT_EQ(text_of(run("", answers)),
              "75 4.7.0 Deferred: 403 4.7.0 TLS handshake failed. (lost)");
    EXPECT_EQ(verify(), "SOFTWARE");
    EXPECT_EQ(text_of(run("O TLSFallbacktoClear=true\n", answers)),
              "75 4.7.0 Deferred: 403 4.7.0 TLS handshake failed. (lost) (in clear)");
    // What the ruleset says about this server wins.
    constexpr std::string_view kNever =
        "O TLSFallbacktoClear=true\nStls_clt_features\nR$*\t$@ \"Flags=c\"\n";
    EXPECT_EQ(text_of(run(kNever, answers)),
              "75 4.7.0 Deferred: 403 4.7.0 TLS handshake failed. (lost)");
    constexpr std::string_view kHere = "Stls_clt_features\nR$*\t$@ \"Flags=C\"\n";
    EXPECT_TRUE(run(kHere, answers).retry_in_clear);
}

TEST_F(ClientSecurityTest, InClear) {
    EXPECT_EQ(text_of(run("", {}, kOffer, true)), "");
    EXPECT_EQ(verify(), "CLEAR");
    EXPECT_EQ(written_, "");
    EXPECT_EQ(text_of(run("Stls_server\nRCLEAR\t$#error $@ 4.7.0 $: 454 not in clear\n", {}, kOffer,
                          true)),
              "75 4.7.0 Deferred: 454 4.7.0 not in clear");
}

TEST_F(ClientSecurityTest, NotTried) {
    EXPECT_EQ(text_of(run("Stry_tls\nRmx.test\t$#error $@ 5.7.1 $: 550 no\n", {})), "");
    EXPECT_EQ(written_, "");
    EXPECT_EQ(verify(), "NONE");
    EXPECT_EQ(text_of(run("Sclt_features\nRmx.test\t$# S P\n", {})), "");
    EXPECT_EQ(written_, "");
    EXPECT_FALSE(connection_->offer().pipelining);
    client_.modifiers = "S";
    EXPECT_EQ(text_of(run("", {})), "");
    EXPECT_EQ(written_, "");
    EXPECT_TRUE(connection_->offer().pipelining);
}

TEST_F(ClientSecurityTest, WhatCannotBeLookedUpDefers) {
    EXPECT_EQ(text_of(run("Sclt_features\nR$*\t$#temp\n", {})),
              "75 4.3.0 Deferred: clt_features lookup failed");
    EXPECT_EQ(written_, "");
}

// Unusable features: no TLS with others than those asked for.
TEST_F(ClientSecurityTest, BadFeatures) {
    EXPECT_EQ(text_of(run("Stls_clt_features\nR$*\t$@ \"Nonsense=1\"\n"
                          "Stls_server\nRCONFIG\t$#error $@ 4.7.0 $: 454 config\n",
                          {})),
              "75 4.7.0 Deferred: 454 4.7.0 config");
    EXPECT_EQ(written_, "");
}

TEST_F(ClientSecurityTest, Recipients) {
    ASSERT_EQ(text_of(run("Stls_rcpt\nRsecret@$*\t$: $&{verify}\n"
                          "RNONE\t$#error $@ 4.7.0 $: 450 not without TLS\n",
                          {}, kPlainOffer)),
              "");
    TlsRcptCheck check(*config_, config_->macros, *connection_, "id");
    EXPECT_FALSE(check.refusal("open@y.test"));
    const auto refused = check.refusal("secret@y.test");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, Exit::kTempFail);
    EXPECT_EQ(refused->text, "Deferred: 450 4.7.0 not without TLS");
    EXPECT_FALSE(check.refusal("open@y.test"));
}

// Rules made for a classic program leave {verify} to it; a kept connection may have been opened for
// a domain without a policy.
TEST_F(ClientSecurityTest, AStrictDomainWantsAVerifiedServer) {
    constexpr std::string_view kPolicies =
        "O StrictTransportSecurity=true\n"
        "Stls_clt_features\nR$* $| sts.test\t$@ sts=secure ; servername=hostname\n"
        "R$* $| temp.test\t$#error $@ 4.7.0 $: 450 later\nR$*\t$@ \"\"\n"
        "Stls_rcpt\nR$*\t$@ OK\n";
    ASSERT_EQ(text_of(run(kPolicies, {}, kPlainOffer)), "");
    const auto refusal = [&](const char* recipient) {
        TlsRcptCheck check(*config_, config_->macros, *connection_, "id");
        const auto refused = check.refusal(recipient);
        return refused ? refused->text : "";
    };
    EXPECT_EQ(refusal("u@sts.test"),
              "Deferred: 454 4.7.0 MTA-STS wants a verified server, verify=NONE");
    EXPECT_EQ(refusal("u@temp.test"), "Deferred: 451 4.7.0 STS lookup temp fail");
    EXPECT_EQ(refusal("u@plain.test"), "");
    EXPECT_EQ(refusal("u"), "");
    TlsRcptCheck several(*config_, config_->macros, *connection_, "id");
    EXPECT_FALSE(several.refusal("a@plain.test"));
    EXPECT_TRUE(several.refusal("a@sts.test"));
    EXPECT_TRUE(several.refusal("b@STS.test"));
    connection_->security.verify = "OK";
    EXPECT_EQ(refusal("u@sts.test"), "");
    ASSERT_EQ(text_of(run(cat(kPolicies, "Sclt_features\nR$*\t$# M\n"), {}, kPlainOffer)), "");
    EXPECT_EQ(refusal("u@sts.test"), "");
}

}  // namespace
}  // namespace sm
