#include "sendmail/deliver/bearer_client.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "libsm/files.h"
#include "sendmail/deliver/token_source.h"

namespace sm {
namespace {

BearerOptions options() {
    return {"joe=a,b@x.test", "tok.EN-1", "mx.x.test", 587};
}

TEST(BearerMechanisms, BestFirst) {
    EXPECT_EQ(bearer_mechanisms(""), "");
    EXPECT_EQ(bearer_mechanisms("PLAIN XOAUTH"), "");
    EXPECT_EQ(bearer_mechanisms("PLAIN xoauth2 LOGIN OAUTHBEARER XOAUTH2"), "OAUTHBEARER XOAUTH2");
}

TEST(BearerClient, Xoauth2) {
    BearerClient client(options());
    const SaslClient::Step first = client.start("PLAIN XOAUTH2");
    ASSERT_TRUE(first.ok && first.done && first.has_data);
    EXPECT_EQ(client.mechanism(), "XOAUTH2");
    EXPECT_EQ(first.data, "user=joe=a,b@x.test\001auth=Bearer tok.EN-1\001\001");
    const SaslClient::Step answer = client.step("{\"status\":\"401\"}");
    EXPECT_TRUE(answer.ok);
    EXPECT_FALSE(answer.done);
    EXPECT_EQ(answer.data, "");
    EXPECT_EQ(client.error(), "{\"status\":\"401\"}");
    EXPECT_FALSE(client.step("more").ok);
    EXPECT_EQ(client.finish().authen, "joe=a,b@x.test");
}

TEST(BearerClient, OAuthBearer) {
    BearerClient client(options());
    const SaslClient::Step first = client.start("XOAUTH2 OAUTHBEARER");
    EXPECT_EQ(client.mechanism(), "OAUTHBEARER");
    EXPECT_EQ(first.data,
              "n,a=joe=3Da=2Cb@x.test,\001host=mx.x.test\001port=587\001auth=Bearer "
              "tok.EN-1\001\001");
    EXPECT_EQ(client.step("").data, "\001");
    EXPECT_EQ(client.error(), "refused");
}

TEST(BearerClient, NothingToSend) {
    BearerOptions empty = options();
    empty.token.clear();
    EXPECT_FALSE(BearerClient(empty).start("XOAUTH2").ok);
    EXPECT_FALSE(BearerClient(options()).start("PLAIN").ok);
}

class TokenSource : public testing::Test {
  protected:
    TokenSource() {
        char name[] = "/tmp/sm_token_test.XXXXXX";
        directory_ = ::mkdtemp(name);
        policy_.trust_sticky_bit = true;
        policy_.group_readable_key = true;
    }
    ~TokenSource() override {
        ::unlink(file().c_str());
        ::rmdir(directory_.c_str());
    }
    [[nodiscard]] std::string file() const { return directory_ + "/token"; }
    void write(std::string_view text, mode_t mode = 0600) const {
        ASSERT_TRUE(replace_file(file(), text, mode).ok());
        ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    }
    [[nodiscard]] Result<std::string> fetch(std::string_view source) const {
        return fetch_token(source, policy_, Deadline::in(std::chrono::seconds(5)));
    }
    std::string directory_;
    KeyFilePolicy policy_;
};

TEST_F(TokenSource, File) {
    EXPECT_FALSE(fetch(file()).ok());
    write(" ya29.a0+/=~_ \r\nrest\n");
    EXPECT_EQ(fetch(file()).value_or(""), "ya29.a0+/=~_");
    write("renewed", 0640);
    EXPECT_EQ(fetch(file()).value_or(""), "renewed");
    for (const std::string_view bad : {"", "\n", "\ntoken\n", "to ken", "to\001ken", "t\xc3\xa9"}) {
        write(bad);
        EXPECT_FALSE(fetch(file()).ok()) << bad;
    }
    write(std::string(8193, 'a'));
    EXPECT_FALSE(fetch(file()).ok());
    write("token", 0644);
    EXPECT_FALSE(fetch(file()).ok());
    EXPECT_FALSE(fetch("").ok());
}

TEST_F(TokenSource, Program) {
    EXPECT_EQ(fetch("|/bin/echo token more").error().text,
              "/bin/echo: the first line is not a token");
    EXPECT_EQ(fetch("| /bin/echo  token").value_or(""), "token");
    EXPECT_EQ(fetch("|/bin/false").error().text, "/bin/false: exit status 1");
    EXPECT_EQ(fetch("|/bin/true").error().text, "/bin/true: no token");
    EXPECT_EQ(fetch("|echo token").error().text, "echo: not an absolute path");
    EXPECT_FALSE(fetch("|").ok());
    EXPECT_FALSE(fetch("|/no/such/program").ok());
    EXPECT_FALSE(fetch("|/bin/cat /dev/zero").ok());
}

TEST_F(TokenSource, ProgramThatHangs) {
    const auto started = std::chrono::steady_clock::now();
    const auto got =
        fetch_token("|/bin/sleep 60", policy_, Deadline::in(std::chrono::milliseconds(200)));
    EXPECT_FALSE(got.ok());
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(10));
}

}  // namespace
}  // namespace sm
