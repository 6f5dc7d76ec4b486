#include "sendmail/deliver/client_auth.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libsm/encodings.h"
#include "libsm/files.h"
#include "sendmail/deliver/testing.h"

namespace sm {
namespace {

constexpr std::string_view kHead =
    "V10/Berkeley\n"
    "O OperatorChars=.:%@!^/[]+\n"
    "O QueueDirectory=/tmp\n"
    "O LogLevel=0\n"
    "O DontBlameSendmail=TrustStickyBit\n"
    "O AuthMechanisms=CRAM-MD5 LOGIN PLAIN\n"
    "Djme.test\n"
    "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u\n"
    "Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u\n"
    "Mesmtp, P=[IPC], F=mDFMuXa, S=0, R=0, E=\\r\\n, A=TCP $h\n";
constexpr std::string_view kJoe = "Sauthinfo\nRmx.test\t$# \"U:joe\" \"P:pass\" \"R:x.test\"\n";

class ClientAuthTest : public testing::Test {
  protected:
    // What was written after EHLO. mechanisms: the server's offer.
    std::string run(std::string_view rules, const std::string& mechanisms,
                    std::deque<std::string> answers, const char* separator = " ") {
        auto read = read_test_config(cat(kHead, rules));
        for (const std::string& message : read.messages) ADD_FAILURE() << message;
        config_ = std::move(read.config);
        answers.push_front(
            cat("250-mx.test\r\n250-AUTH", separator, mechanisms, "\r\n250 HELP\r\n"));
        answers.push_front("220 mx.test ESMTP\r\n");
        written_.clear();
        shown_.clear();
        connection_ = std::make_unique<SmtpConnection>(
            std::make_unique<ScriptedStream>(std::move(answers), &written_), "mx.test",
            "mx.test [192.0.2.1]", *config_);
        connection_->set_witness(
            {{}, [this](std::string_view line) { append(shown_, line, '\n'); }});
        const MailerSpec& mailer = *config_->mailers.back();
        EXPECT_FALSE(connection_->open(mailer, "me.test").has_value());
        written_.clear();
        connection_->security.server_name = "mx.test";
        problem_ = authenticate({*config_, "me.test", mailer}, config_->macros,
                                *SocketAddress::parse("192.0.2.1", 25), *connection_);
        return written_;
    }

    std::unique_ptr<Config> config_;
    std::unique_ptr<SmtpConnection> connection_;
    std::optional<SmtpProblem> problem_;
    std::string written_;
    std::string shown_;
};

const std::string& plain_response() {
    static const std::string text = base64_encode(std::string("joe\0joe\0pass", 12));
    return text;
}

TEST_F(ClientAuthTest, Plain) {
    EXPECT_EQ(run(kJoe, "GSSAPI PLAIN", {"235 2.0.0 ok\r\n"}),
              cat("[AUTH PLAIN ", plain_response(), "\r\n]"));
    EXPECT_FALSE(problem_);
    ASSERT_TRUE(connection_->security.auth);
    EXPECT_EQ(connection_->security.auth->mechanism, "PLAIN");
    // Whoever watches sees neither name nor password.
    EXPECT_NE(shown_.find("AUTH ***"), std::string::npos);
    EXPECT_EQ(shown_.find(plain_response()), std::string::npos);
}

TEST_F(ClientAuthTest, OfferOfOldServers) {
    const std::string command = cat("[AUTH PLAIN ", plain_response(), "\r\n]");
    EXPECT_EQ(run(kJoe, "LOGIN PLAIN", {"235 2.0.0 ok\r\n"}, "="), command);
    EXPECT_EQ(run(kJoe, "GSSAPI\r\n250-AUTH=PLAIN", {"235 2.0.0 ok\r\n"}), command);
    EXPECT_EQ(run("", "", {}, ""), "");
    EXPECT_FALSE(problem_);
}

TEST_F(ClientAuthTest, NoAccountNoAuth) {
    EXPECT_EQ(run("Sauthinfo\nRother.test\t$# \"U:joe\" \"P:pass\"\n", "PLAIN", {}), "");
    EXPECT_FALSE(problem_);
    EXPECT_EQ(run("", "PLAIN", {}), "");
    EXPECT_FALSE(problem_);
    EXPECT_EQ(run("Sauthinfo\nR$*\t$# \"U:joe\"\n", "PLAIN", {}), "");
    EXPECT_FALSE(problem_);
    EXPECT_EQ(run("", "GSSAPI NOSUCH", {}), "");
    EXPECT_FALSE(problem_);
    EXPECT_FALSE(connection_->security.auth);
}

// The server would refuse us as strangers; an account that cannot be used today is no decision.
TEST_F(ClientAuthTest, AccountWithoutAMechanism) {
    EXPECT_EQ(run(kJoe, "GSSAPI NOSUCH", {}), "");
    ASSERT_TRUE(problem_);
    EXPECT_EQ(problem_->status, Exit::kTempFail);
    EXPECT_EQ(problem_->dsn, "4.3.0");
    EXPECT_EQ(problem_->text, "Deferred: Temporary AUTH failure");
    run("Sauthinfo\nR$*\t$# \"U:joe\" \"P:pass\" \"M:CRAM-MD5\"\n", "PLAIN", {});
    ASSERT_TRUE(problem_);
    EXPECT_EQ(problem_->text, "Deferred: Temporary AUTH failure");
    EXPECT_TRUE(connection_->is_open());
}

TEST_F(ClientAuthTest, NextMechanism) {
    const std::string got =
        run(kJoe, "CRAM-MD5 PLAIN", {"334 PDFAeD4=\r\n", "535 5.7.0 no\r\n", "235 2.0.0 ok\r\n"});
    EXPECT_TRUE(got.starts_with("[AUTH CRAM-MD5\r\n]")) << got;
    EXPECT_TRUE(got.ends_with(cat("[AUTH PLAIN ", plain_response(), "\r\n]"))) << got;
    EXPECT_TRUE(connection_->security.auth);
}

TEST_F(ClientAuthTest, AllRefused) {
    run(kJoe, "PLAIN LOGIN", {"535 5.7.0 no\r\n", "535 5.7.0 no\r\n", "535 5.7.0 no\r\n"});
    EXPECT_FALSE(problem_);
    EXPECT_FALSE(connection_->security.auth);
    EXPECT_TRUE(connection_->is_open());
}

TEST_F(ClientAuthTest, ChallengeThatIsNone) {
    const std::string got = run(kJoe, "CRAM-MD5", {"334 !!!\r\n", "501 5.0.0 aborted\r\n"});
    EXPECT_EQ(got, "[AUTH CRAM-MD5\r\n][*\r\n]");
    EXPECT_FALSE(problem_);
}

// A server that says yes before it could know.
TEST_F(ClientAuthTest, TooEarlySuccess) {
    run(kJoe, "CRAM-MD5", {"235 2.0.0 ok\r\n"});
    EXPECT_FALSE(connection_->security.auth);
}

TEST_F(ClientAuthTest, LaterAndLost) {
    run(kJoe, "PLAIN", {"454 4.7.0 try later\r\n"});
    ASSERT_TRUE(problem_);
    EXPECT_EQ(problem_->status, Exit::kTempFail);
    EXPECT_EQ(problem_->text, "Deferred: 454 4.7.0 try later");
    run(kJoe, "PLAIN", {});
    ASSERT_TRUE(problem_);
    EXPECT_TRUE(problem_->lost);
}

TEST_F(ClientAuthTest, TokenNeedsTls) {
    EXPECT_EQ(run("Sauthinfo\nR$*\t$# \"U:joe\" \"T:|/bin/echo token\"\n", "XOAUTH2 PLAIN", {}),
              "");
    ASSERT_TRUE(problem_);
    EXPECT_EQ(problem_->text, "Deferred: Temporary AUTH failure");
}

TEST_F(ClientAuthTest, Token) {
    constexpr std::string_view kToken = "Sauthinfo\nR$*\t$# \"U:joe\" \"T:|/bin/echo token\"\n";
    // As after a handshake.
    auto read = read_test_config(cat(kHead, kToken));
    config_ = std::move(read.config);
    const auto talk = [this](std::deque<std::string> answers) {
        answers.push_front("250-mx.test\r\n250 AUTH XOAUTH2 PLAIN\r\n");
        answers.push_front("220 mx.test ESMTP\r\n");
        connection_ = std::make_unique<SmtpConnection>(
            std::make_unique<ScriptedStream>(std::move(answers), &written_), "mx.test",
            "mx.test [192.0.2.1]", *config_);
        const MailerSpec& mailer = *config_->mailers.back();
        EXPECT_FALSE(connection_->open(mailer, "me.test").has_value());
        written_.clear();
        connection_->security.server_name = "mx.test";
        connection_->security.tls = TlsFacts();
        problem_ = authenticate({*config_, "me.test", mailer}, config_->macros,
                                *SocketAddress::parse("192.0.2.1", 25), *connection_);
    };
    const std::string command =
        cat("[AUTH XOAUTH2 ", base64_encode("user=joe\001auth=Bearer token\001\001"), "\r\n]");
    talk({"235 2.0.0 ok\r\n"});
    EXPECT_EQ(written_, command);
    EXPECT_EQ(connection_->security.auth->mechanism, "XOAUTH2");
    EXPECT_EQ(connection_->security.auth->authen, "joe");
    talk({"334 eyJzdGF0dXMiOiI0MDEifQ==\r\n", "535 5.7.8 no\r\n"});
    EXPECT_EQ(written_, cat(command, "[\r\n]"));
    ASSERT_TRUE(problem_);
    EXPECT_EQ(problem_->text, "Deferred: token refused");
}

TEST_F(ClientAuthTest, DefaultAuthInfo) {
    char name[] = "/tmp/sm_auth_test.XXXXXX";
    const int fd = ::mkstemp(name);
    ASSERT_GE(fd, 0);
    const UniqueFd owner(fd);
    ASSERT_TRUE(write_all(fd, "joe\njoe\npass\nx.test\nPLAIN\n").ok());
    const std::string option = cat("O DefaultAuthInfo=", name, "\n");
    EXPECT_EQ(run(option, "CRAM-MD5 PLAIN", {"235 2.0.0 ok\r\n"}),
              cat("[AUTH PLAIN ", plain_response(), "\r\n]"));
    ASSERT_EQ(::chmod(name, 0644), 0);
    EXPECT_EQ(run(option, "PLAIN", {}), "");
    ::unlink(name);
}

}  // namespace
}  // namespace sm
