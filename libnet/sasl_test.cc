#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "libnet/sasl_client.h"
#include "libnet/sasl_server.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using Outcome = SaslServer::Outcome;

// A private sasldb with alice/secret1 and bob/secret2 in realm sandbox.test.
const std::string& home() {
    static const std::string* const dir = [] {
        char name[] = "/tmp/sm_sasl_test.XXXXXX";
        EXPECT_NE(::mkdtemp(name), nullptr);
        auto* made = new std::string(name);
        const std::string conf = cat(
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: ", *made, "/sasldb2\n");
        EXPECT_TRUE(replace_file(*made + "/Sendmail.conf", conf, 0644).ok());
        for (const std::string user : {"alice secret1", "bob secret2"}) {
            const std::string who = user.substr(0, user.find(' '));
            const std::string password = user.substr(user.find(' ') + 1);
            const std::string command =
                cat("PATH=$PATH:/usr/sbin; printf %s ", password, " | saslpasswd2 -p -c -f ", *made,
                    "/sasldb2 -u sandbox.test ", who);
            EXPECT_EQ(std::system(command.c_str()), 0);
        }
        EXPECT_TRUE(prepare_sasl_server({*made, {}}).ok());
        EXPECT_TRUE(prepare_sasl_client({*made, {}}).ok());
        return made;
    }();
    return *dir;
}

class CleanUp : public testing::Environment {
  public:
    void TearDown() override { static_cast<void>(std::system(cat("rm -rf ", home()).c_str())); }
};
const auto* const kCleanUp = testing::AddGlobalTestEnvironment(new CleanUp);

SaslServerOptions server_options(const std::string& mechanisms, const std::string& letters = "") {
    static_cast<void>(home());
    SaslServerOptions options;
    options.host = "mx.sandbox.test";
    options.realm = "sandbox.test";
    options.mechanisms = mechanisms;
    options.auth_options = letters;
    options.max_bits = 0;
    return options;
}

std::unique_ptr<SaslServer> make_server(const SaslServerOptions& options) {
    auto made = make_sasl_server(options);
    EXPECT_TRUE(made.ok()) << made.error().text;
    return std::move(made).value();
}

SaslClientOptions client_options(const std::string& user, const std::string& password) {
    SaslClientOptions options;
    options.server_name = "mx.sandbox.test";
    options.auth_id = user;
    options.password = password;
    options.realm = "sandbox.test";
    options.max_bits = 0;
    return options;
}

std::string offered(const std::string& mechanisms, const std::string& letters,
                    unsigned tls_bits = 0, const std::string& external = "") {
    SaslServerOptions options = server_options(mechanisms, letters);
    options.tls_bits = tls_bits;
    options.external_id = external;
    return make_server(options)->offered();
}

TEST(SaslOffer, FollowsOptions) {
    const std::string all = "PLAIN LOGIN CRAM-MD5 EXTERNAL DIGEST-MD5 plain NOSUCH";
    EXPECT_EQ(offered(all, ""), "PLAIN LOGIN CRAM-MD5 DIGEST-MD5");
    EXPECT_EQ(offered(all, "p"), "CRAM-MD5 DIGEST-MD5");
    EXPECT_EQ(offered(all, "p,y", 256), "PLAIN LOGIN CRAM-MD5 DIGEST-MD5");
    EXPECT_EQ(offered(all, "", 256, "/CN=client"), "PLAIN LOGIN CRAM-MD5 EXTERNAL DIGEST-MD5");
    EXPECT_EQ(offered(all, "m"), "DIGEST-MD5");
    EXPECT_EQ(offered(all, "d"), "");
    EXPECT_EQ(offered("", ""), "");
}

// Plays an exchange to its end.
SaslServer::Step play(SaslServer& server, SaslClient& client, const std::string& mechanism) {
    SaslClient::Step mine = client.start(mechanism);
    EXPECT_TRUE(mine.ok) << mine.reason;
    SaslServer::Step theirs = mine.has_data ? server.start(client.mechanism(), mine.data)
                                            : server.start(client.mechanism(), std::nullopt);
    for (int i = 0; i < 10 && theirs.outcome == Outcome::kContinue; ++i) {
        mine = client.step(theirs.data);
        if (!mine.ok) return {Outcome::kFailed, {}, mine.reason, {}};
        theirs = server.step(mine.data);
    }
    return theirs;
}

class SaslMechanism : public testing::TestWithParam<std::string> {};

TEST_P(SaslMechanism, RightAndWrongPassword) {
    const std::string mechanism = GetParam();
    const auto server = make_server(server_options(mechanism));
    if (server->offered().empty()) GTEST_SKIP() << "no plug-in for " << mechanism;
    auto client = make_sasl_client(client_options("alice", "secret1"));
    ASSERT_TRUE(client.ok());
    const SaslServer::Step good = play(*server, **client, mechanism);
    EXPECT_EQ(good.outcome, Outcome::kDone) << good.reason;
    EXPECT_EQ(server->facts().mechanism, mechanism);
    EXPECT_EQ(server->facts().authen.substr(0, 5), "alice");
    EXPECT_EQ(server->facts().ssf, 0U);

    const auto again = make_server(server_options(mechanism));
    auto wrong = make_sasl_client(client_options("alice", "secret2"));
    const SaslServer::Step bad = play(*again, **wrong, mechanism);
    EXPECT_EQ(bad.outcome, Outcome::kFailed);
    EXPECT_NE(bad.reason, "");
    EXPECT_EQ(bad.reason.find("secret"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, SaslMechanism,
                         testing::Values("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1",
                                         "SCRAM-SHA-256"),
                         [](const auto& tp) {
                             std::string name = tp.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(Sasl, ExternalIsTheCertificate) {
    SaslServerOptions options = server_options("EXTERNAL");
    options.tls_bits = 256;
    options.external_id = "/C=XX/CN=client";
    const auto server = make_server(options);
    const SaslServer::Step step = server->start("EXTERNAL", "");
    EXPECT_EQ(step.outcome, Outcome::kDone) << step.reason;
    EXPECT_EQ(server->facts().authen, "/C=XX/CN=client");
}

// The authentication id is what was proved, whomever the client wants to act for.
TEST(Sasl, AuthorizationIdIsKeptApart) {
    const auto server = make_server(server_options("PLAIN"));
    const SaslServer::Step step =
        server->start("PLAIN", std::string_view("bob\0alice\0secret1", 17));
    ASSERT_EQ(step.outcome, Outcome::kDone) << step.reason;
    EXPECT_EQ(server->facts().authen, "alice");
    EXPECT_EQ(server->facts().author, "bob");
}

TEST(Sasl, GarbageIsRefused) {
    for (const std::string_view text :
         {std::string_view(""), std::string_view("\0\0", 2), std::string_view("\0\0\0", 3),
          std::string_view("alice"), std::string_view("\xff\xfe")}) {
        const auto server = make_server(server_options("PLAIN"));
        const SaslServer::Step step = server->start("PLAIN", text);
        EXPECT_EQ(step.outcome, Outcome::kFailed) << printable(text) << ": " << step.reason;
    }
    const auto server = make_server(server_options("PLAIN"));
    EXPECT_EQ(server->start("NOSUCH", "x").outcome, Outcome::kFailed);
    const auto long_one = make_server(server_options("PLAIN"));
    EXPECT_EQ(long_one->start("PLAIN", std::string(12000, 'A')).outcome, Outcome::kFailed);
}

// DIGEST-MD5 with confidentiality: the layer is used in both directions.
TEST(Sasl, SecurityLayer) {
    SaslServerOptions options = server_options("DIGEST-MD5");
    options.max_bits = 128;
    const auto server = make_server(options);
    SaslClientOptions mine = client_options("bob", "secret2");
    mine.max_bits = 128;
    auto client = make_sasl_client(mine);
    ASSERT_TRUE(client.ok());
    ASSERT_EQ(play(*server, **client, "DIGEST-MD5").outcome, Outcome::kDone);
    EXPECT_EQ(server->facts().ssf, 128U);
    EXPECT_EQ((*client)->finish().ssf, 128U);
    int fds[2] = {};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    FdStream below_server{UniqueFd(fds[0])};
    FdStream below_client{UniqueFd(fds[1])};
    const auto server_layer = server->layer(below_server);
    const auto client_layer = (*client)->layer(below_client);
    ASSERT_NE(server_layer, nullptr);
    ASSERT_NE(client_layer, nullptr);
    const std::string text(20000, 'm');
    ASSERT_TRUE(client_layer->write(text, Deadline::in(std::chrono::seconds(5))).ok());
    std::string got;
    char buffer[4096];
    while (got.size() < text.size()) {
        const auto count =
            server_layer->read(buffer, sizeof buffer, Deadline::in(std::chrono::seconds(5)));
        ASSERT_TRUE(count.ok() && *count > 0);
        got.append(buffer, *count);
    }
    EXPECT_EQ(got, text);
}

TEST(Sasl, StrengthOfTlsCounts) {
    SaslServerOptions options = server_options("DIGEST-MD5");
    options.max_bits = 256;
    options.tls_bits = 256;
    const auto server = make_server(options);
    SaslClientOptions mine = client_options("bob", "secret2");
    mine.max_bits = 256;
    mine.tls_bits = 256;
    auto client = make_sasl_client(mine);
    ASSERT_EQ(play(*server, **client, "DIGEST-MD5").outcome, Outcome::kDone);
    EXPECT_EQ(server->facts().ssf, 0U);
    int fds[2] = {};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    FdStream below{UniqueFd(fds[0])};
    ::close(fds[1]);
    EXPECT_EQ(server->layer(below), nullptr);
}

TEST(Sasl, PasswordAndSecretForTheBroker) {
    static_cast<void>(home());
    auto good = check_sasl_password("mx.sandbox.test", "sandbox.test", "alice", "secret1");
    ASSERT_TRUE(good.ok()) << good.error().text;
    EXPECT_TRUE(*good);
    good = check_sasl_password("mx.sandbox.test", "sandbox.test", "alice", "secret2");
    ASSERT_TRUE(good.ok()) << good.error().text;
    EXPECT_FALSE(*good);
    auto secret = look_up_sasl_secret("mx.sandbox.test", "sandbox.test", "bob");
    ASSERT_TRUE(secret.ok()) << secret.error().text;
    EXPECT_EQ(secret->value_or("none"), "secret2");
    secret = look_up_sasl_secret("mx.sandbox.test", "sandbox.test", "nosuch");
    ASSERT_TRUE(secret.ok()) << secret.error().text;
    EXPECT_FALSE(secret->has_value());
}

// A session without root's rights: passwords and secrets come from elsewhere.
TEST(Sasl, Helpers) {
    int passwords = 0;
    int secrets = 0;
    set_sasl_helpers(
        {[&](std::string_view user, std::string_view realm,
             std::string_view password) -> Result<bool> {
             ++passwords;
             return user == "carol" && realm == "sandbox.test" && password == "pw";
         },
         [&](std::string_view user, std::string_view realm) -> Result<std::optional<std::string>> {
             ++secrets;
             if (user == "dave") return make_error(Exit::kTempFail, "no answer");
             if (user == "carol" && realm == "sandbox.test")
                 return std::optional<std::string>("pw");
             return std::optional<std::string>{};
         }});
    struct Row {
        std::string mechanism;
        std::string user;
        std::string password;
        Outcome outcome;
    };
    for (const Row& row : {Row{"PLAIN", "carol", "pw", Outcome::kDone},
                           Row{"PLAIN", "carol", "no", Outcome::kFailed},
                           Row{"CRAM-MD5", "carol", "pw", Outcome::kDone},
                           Row{"CRAM-MD5", "carol", "no", Outcome::kFailed},
                           Row{"CRAM-MD5", "erin", "pw", Outcome::kFailed},
                           Row{"CRAM-MD5", "dave", "pw", Outcome::kTemporary},
                           Row{"SCRAM-SHA-256", "carol", "pw", Outcome::kDone}}) {
        const auto server = make_server(server_options(row.mechanism));
        auto client = make_sasl_client(client_options(row.user, row.password));
        ASSERT_TRUE(client.ok());
        EXPECT_EQ(play(*server, **client, row.mechanism).outcome, row.outcome)
            << row.mechanism << " " << row.user << " " << row.password;
    }
    EXPECT_EQ(passwords, 2);
    EXPECT_GT(secrets, 3);
    // The words of the library for a wrong password, which log watchers look for.
    const auto plain = make_server(server_options("PLAIN"));
    EXPECT_EQ(plain->start("PLAIN", std::string_view("\0carol\0no", 9)).reason,
              "authentication failure (-13) SASL(-13): authentication failure: "
              "Password verification failed");
    // An authorization id needs no account, nor does a guest.
    const auto proxy = make_server(server_options("PLAIN"));
    EXPECT_EQ(proxy->start("PLAIN", std::string_view("nosuch\0carol\0pw", 15)).outcome,
              Outcome::kDone);
    EXPECT_EQ(proxy->facts().authen, "carol");
    const auto guest = make_server(server_options("ANONYMOUS"));
    if (!guest->offered().empty()) {
        EXPECT_EQ(guest->start("ANONYMOUS", "guest").outcome, Outcome::kDone);
        EXPECT_EQ(guest->facts().authen, "anonymous");
    }
    set_sasl_helpers({});
}

}  // namespace
}  // namespace sm
