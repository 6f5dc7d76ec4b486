#include "libnet/tls_context.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <future>

#include "libsm/files.h"
#include "libsm/process.h"
#include "libsm/strings.h"

namespace sm {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Certificates made once per run by test/util/make_certs.sh.
const std::string& certs() {
    static const std::string* const dir = [] {
        char name[] = "/tmp/sm_tls_test.XXXXXX";
        EXPECT_NE(::mkdtemp(name), nullptr);
        const char* const top = std::getenv("SM_SOURCE_DIR");  // set by ctest
        const std::string script =
            cat(top != nullptr ? std::string(top) : directory_of(__FILE__) + "/..",
                "/test/util/make_certs.sh ");
        EXPECT_EQ(std::system((script + name).c_str()), 0);
        return new std::string(name);
    }();
    return *dir;
}

class CleanUp : public testing::Environment {
  public:
    void TearDown() override { std::filesystem::remove_all(certs()); }
};
const auto* const kCleanUp = testing::AddGlobalTestEnvironment(new CleanUp);

std::string file(std::string_view name) {
    return cat(certs(), "/", name);
}

TlsOptions options_with(const std::string& cert) {
    TlsOptions options;
    options.ca_file = file("ca.crt");
    options.ca_path = certs();
    if (!cert.empty()) {
        options.cert_files = file(cert + ".crt");
        options.key_files = file(cert + ".key");
    }
    options.files.trust_sticky_bit = true;
    return options;
}

struct Ends {
    std::unique_ptr<FdStream> server;
    std::unique_ptr<FdStream> client;
};

Ends make_ends() {
    int fds[2] = {};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
    return {std::make_unique<FdStream>(UniqueFd(fds[0])),
            std::make_unique<FdStream>(UniqueFd(fds[1]))};
}

using StreamResult = Result<std::unique_ptr<TlsStream>>;

// The streams go before what they stand on.
struct Shaken {
    Ends ends;
    StreamResult server;
    StreamResult client;

    Shaken(Ends below, StreamResult server_end, StreamResult client_end)
        : ends(std::move(below)), server(std::move(server_end)), client(std::move(client_end)) {}
    Shaken(Shaken&&) = default;
    Shaken& operator=(Shaken&& other) noexcept {
        server = std::move(other.server);
        client = std::move(other.client);
        ends = std::move(other.ends);
        return *this;
    }
    ~Shaken() = default;
};

Shaken shake(const TlsServerContext& server, const TlsServerSession& server_session,
             const TlsClientContext& client, const TlsClientSession& client_session) {
    Ends ends = make_ends();
    auto accepted = std::async(std::launch::async, [&] {
        StreamResult result = server.accept(*ends.server, server_session, Deadline::in(seconds(5)));
        if (!result.ok()) ends.server->close();
        return result;
    });
    StreamResult connected = client.connect(*ends.client, client_session, Deadline::in(seconds(5)));
    if (!connected.ok()) ends.client->close();
    StreamResult server_result = accepted.get();
    return {std::move(ends), std::move(server_result), std::move(connected)};
}

std::unique_ptr<TlsServerContext> server_context(const TlsOptions& options) {
    std::vector<std::string> notes;
    auto made = make_tls_server_context(options, &notes);
    EXPECT_TRUE(made.ok()) << made.error().text;
    return std::move(made).value();
}

std::unique_ptr<TlsClientContext> client_context(const TlsOptions& options) {
    std::vector<std::string> notes;
    auto made = make_tls_client_context(options, &notes);
    EXPECT_TRUE(made.ok()) << made.error().text;
    return std::move(made).value();
}

std::string exchange(TlsStream& from, TlsStream& to, const std::string& text) {
    auto sent =
        std::async(std::launch::async, [&] { return from.write(text, Deadline::in(seconds(5))); });
    std::string got;
    char buffer[5000];
    while (got.size() < text.size()) {
        auto count = to.read(buffer, sizeof buffer, Deadline::in(seconds(5)));
        if (!count.ok() || *count == 0) break;
        got.append(buffer, *count);
    }
    EXPECT_TRUE(sent.get().ok());
    return got;
}

// ---- what a certificate of the client becomes -------------------------------------------------

struct CertificateCase {
    std::string name;
    std::string cert;
    std::string verify;
    std::string subject;
    std::string common_name;
};

class ClientCertificate : public testing::TestWithParam<CertificateCase> {};

TEST_P(ClientCertificate, BecomesFacts) {
    const CertificateCase& want = GetParam();
    const auto server = server_context(options_with("server"));
    const auto client = client_context(options_with(want.cert));
    const Shaken shaken = shake(*server, {}, *client, {});
    ASSERT_TRUE(shaken.server.ok()) << shaken.server.error().text;
    const TlsFacts& facts = (*shaken.server)->facts();
    EXPECT_EQ(facts.verify, want.verify);
    EXPECT_EQ(facts.cert_subject, want.subject);
    EXPECT_EQ(facts.cn_subject, want.common_name);
    EXPECT_EQ(facts.version, "TLSv1.3");
    EXPECT_EQ(facts.bits, 256);
    EXPECT_EQ(facts.verify_errors.empty(), want.verify != "FAIL");
}

INSTANTIATE_TEST_SUITE_P(
    All, ClientCertificate,
    testing::Values(
        CertificateCase{"NulInName", "nul", "OK", "/O=O/CN=good.example+5Cx00evil.example",
                        "BadCertificateContainsNUL"},
        // The backslash before + comes from OpenSSL's one-line form.
        CertificateCase{"Odd", "odd", "OK",
                        "/O=Foo+20Enterprises+20+22+3C+28x+29+3E/CN=a+20b+5C+2Bc", "a+20b+2Bc"},
        CertificateCase{"NoCommonName", "nocn", "OK", "/O=No+20CN", "BadCertificateUnknown"},
        CertificateCase{"Long", "long", "OK", "BadCertificateTooLong", "long.test"},
        CertificateCase{"Stranger", "stranger", "FAIL", "/C=XX/O=Sandbox/CN=stranger.other.test",
                        "stranger.other.test"},
        CertificateCase{"Expired", "expired", "FAIL", "/C=XX/O=Sandbox/CN=expired.sandbox.test",
                        "expired.sandbox.test"},
        CertificateCase{"None", "", "NO", "", ""},
        CertificateCase{"Good", "client", "OK", "/C=XX/O=Sandbox/CN=client.sandbox.test",
                        "client.sandbox.test"}),
    [](const auto& tp) { return tp.param.name; });

TEST(TlsContext, NotAskedForCertificate) {
    const auto server = server_context(options_with("server"));
    const auto client = client_context(options_with("client"));
    TlsServerSession session;
    session.request_cert = false;
    const Shaken shaken = shake(*server, session, *client, {});
    ASSERT_TRUE(shaken.server.ok());
    EXPECT_EQ((*shaken.server)->facts().verify, "NOT");
    EXPECT_EQ((*shaken.server)->facts().cert_subject, "");
}

TEST(TlsContext, ClientSeesServer) {
    const auto server = server_context(options_with("server"));
    const auto client = client_context(options_with("client"));
    TlsClientSession session;
    session.server_name = "mx.sandbox.test";
    session.fingerprint = "sha256";
    Shaken shaken = shake(*server, {}, *client, session);
    ASSERT_TRUE(shaken.client.ok()) << shaken.client.error().text;
    const TlsFacts& facts = (*shaken.client)->facts();
    EXPECT_EQ(facts.verify, "OK");
    EXPECT_EQ(facts.verify_text, "ok");
    EXPECT_EQ(facts.cert_issuer, "/C=XX/O=Sandbox+20CA/CN=Sandbox+20Test+20CA");
    EXPECT_EQ(facts.alt_names, (std::vector<std::string>{"mx.sandbox.test", "*.sandbox.test"}));
    EXPECT_EQ(facts.fingerprint.size(), 32U * 3 - 1);
    EXPECT_EQ((*shaken.server)->facts().server_name, "mx.sandbox.test");
    const std::string big(300000, 'x');
    EXPECT_EQ(exchange(**shaken.client, **shaken.server, big), big);
    EXPECT_EQ(exchange(**shaken.server, **shaken.client, "250 ok\r\n"), "250 ok\r\n");
    shaken.client.value().reset();
    char octet = 0;
    const auto end = (*shaken.server)->read(&octet, 1, Deadline::in(seconds(5)));
    ASSERT_TRUE(end.ok());
    EXPECT_EQ(*end, 0U);
}

// Several pairs: the name that the client asks for chooses; the first is for everybody else.
TEST(TlsContext, CertificateByName) {
    TlsOptions options = options_with("server");
    options.cert_files = cat(file("server.crt"), ",", file("rsaserver.crt"), ", ",
                             file("stranger.crt"), ",", file("second.crt"));
    options.key_files = cat(file("server.key"), ",", file("rsaserver.key"), ", ",
                            file("stranger.key"), ",", file("second.key"));
    const auto server = server_context(options);
    const auto client = client_context(options_with(""));
    for (const auto& [name, subject] :
         {std::pair("", "mx.sandbox.test"), std::pair("mx.sandbox.test", "mx.sandbox.test"),
          std::pair("Stranger.Other.Test", "stranger.other.test"),
          std::pair("unknown.test", "mx.sandbox.test"),
          // Of the pairs that are good for a name the first is the default one.
          std::pair("second.sandbox.test", "mx.sandbox.test"),
          std::pair("stranger.other.test/x", "mx.sandbox.test")}) {
        TlsClientSession session;
        session.server_name = name;
        const Shaken shaken = shake(*server, {}, *client, session);
        ASSERT_TRUE(shaken.client.ok() && shaken.server.ok()) << name;
        EXPECT_EQ((*shaken.client)->facts().cn_subject, subject) << name;
    }
    // A session with files of its own (tls_srv_features) shows those, whatever is asked for.
    TlsServerSession own;
    own.features.cert_file = file("second.crt");
    own.features.key_file = file("second.key");
    TlsClientSession session;
    session.server_name = "stranger.other.test";
    const Shaken shaken = shake(*server, own, *client, session);
    ASSERT_TRUE(shaken.client.ok());
    EXPECT_EQ((*shaken.client)->facts().cn_subject, "second.sandbox.test");
}

TEST(TlsContext, PendingLooksAtDataNotAtTickets) {
    const auto server = server_context(options_with("server"));
    const auto client = client_context(options_with(""));
    const Shaken shaken = shake(*server, {}, *client, {});
    ASSERT_TRUE(shaken.client.ok() && shaken.server.ok());
    EXPECT_FALSE((*shaken.client)->pending());  // only a ticket lies there
    EXPECT_FALSE((*shaken.server)->pending());
    ASSERT_TRUE((*shaken.server)->write("x", Deadline::in(seconds(1))).ok());
    EXPECT_TRUE((*shaken.client)->pending());
    char octet = 0;
    ASSERT_TRUE((*shaken.client)->read(&octet, 1, Deadline::in(seconds(1))).ok());
    EXPECT_EQ(octet, 'x');
    EXPECT_FALSE((*shaken.client)->pending());
}

TEST(TlsContext, ReadGoesOnAfterDeadline) {
    const auto server = server_context(options_with("server"));
    const auto client = client_context(options_with(""));
    const Shaken shaken = shake(*server, {}, *client, {});
    ASSERT_TRUE(shaken.client.ok() && shaken.server.ok());
    char octet = 0;
    const auto late = (*shaken.server)->read(&octet, 1, Deadline::in(milliseconds(20)));
    ASSERT_FALSE(late.ok());
    EXPECT_EQ(late.error().sys_errno, ETIMEDOUT);
    EXPECT_EQ(exchange(**shaken.client, **shaken.server, "NOOP\r\n"), "NOOP\r\n");
}

TEST(TlsContext, HandshakeThatIsNone) {
    const auto server = server_context(options_with("server"));
    const Ends ends = make_ends();
    ASSERT_TRUE(ends.client->write("this is not TLS at all\r\n\r\n", Deadline::never()).ok());
    const auto result = server->accept(*ends.server, {}, Deadline::in(seconds(5)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().text,
              "accept failed=-1, reason=wrong version number, SSL_error=1, errno=0, retry=-1");
}

TEST(TlsContext, HandshakeThatStalls) {
    const auto server = server_context(options_with("server"));
    const Ends ends = make_ends();
    const auto result = server->accept(*ends.server, {}, Deadline::in(milliseconds(30)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Exit::kTempFail);
    EXPECT_NE(result.error().text.find("reason=timeout"), std::string::npos);
}

TEST(TlsContext, HandshakeThatIsBrokenOff) {
    const auto server = server_context(options_with("server"));
    const Ends ends = make_ends();
    ends.client->close();
    const auto result = server->accept(*ends.server, {}, Deadline::in(seconds(5)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Exit::kIoErr);
}

// ---- versions, ciphers, options ---------------------------------------------------------------

TEST(TlsContext, OldVersionsAreRefused) {
    TlsOptions old = options_with("");
    old.ssl_options = "-SSL_OP_NO_TLSv1 -SSL_OP_NO_TLSv1_1 SSL_OP_NO_TLSv1_2,SSL_OP_NO_TLSv1_3";
    old.cipher_list = "ALL:@SECLEVEL=0";
    const auto server = server_context(options_with("server"));
    const auto client = client_context(old);
    const Shaken shaken = shake(*server, {}, *client, {});
    EXPECT_FALSE(shaken.server.ok());
    EXPECT_FALSE(shaken.client.ok());
}

TEST(TlsContext, OldVersionsOnDemand) {
    TlsOptions old = options_with("");
    old.ssl_options = "-SSL_OP_NO_TLSv1 -SSL_OP_NO_TLSv1_1 SSL_OP_NO_TLSv1_2,SSL_OP_NO_TLSv1_3";
    old.cipher_list = "ALL:@SECLEVEL=0";
    TlsOptions server_options = options_with("server");
    server_options.ssl_options = "-SSL_OP_NO_TLSv1_1";
    server_options.cipher_list = "ALL:@SECLEVEL=0";
    const auto server = server_context(server_options);
    const Shaken shaken = shake(*server, {}, *client_context(old), {});
    ASSERT_TRUE(shaken.server.ok()) << shaken.server.error().text;
    EXPECT_EQ((*shaken.server)->facts().version, "TLSv1.1");
}

TEST(TlsContext, SessionFeatures) {
    const auto server = server_context(options_with("server"));
    const auto client = client_context(options_with(""));
    TlsServerSession session;
    session.features.ssl_options = "SSL_OP_NO_TLSv1_3";
    session.features.cipher_list = "ECDHE-ECDSA-AES128-GCM-SHA256";
    Shaken shaken = shake(*server, session, *client, {});
    ASSERT_TRUE(shaken.server.ok()) << shaken.server.error().text;
    EXPECT_EQ((*shaken.server)->facts().version, "TLSv1.2");
    EXPECT_EQ((*shaken.server)->facts().cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
    EXPECT_EQ((*shaken.server)->facts().bits, 128);

    session.features = {};
    session.features.cert_file = file("rsaserver.crt");
    session.features.key_file = file("rsaserver.key");
    session.features.ssl_options = "SSL_OP_NO_TLSv1_3";
    shaken = shake(*server, session, *client, {});
    ASSERT_TRUE(shaken.server.ok()) << shaken.server.error().text;
    EXPECT_NE((*shaken.server)->facts().cipher.find("RSA"), std::string::npos);
}

TEST(TlsContext, BadSessionFeatures) {
    const auto server = server_context(options_with("server"));
    const Ends ends = make_ends();
    TlsServerSession session;
    session.features.cipher_list = "NOSUCH";
    auto result = server->accept(*ends.server, session, Deadline::in(seconds(1)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, Exit::kConfig);
    session.features = {};
    session.features.ssl_options = "SSL_OP_FOO";
    result = server->accept(*ends.server, session, Deadline::in(seconds(1)));
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().text, "invalid_value=SSL_OP_FOO");
}

TEST(TlsContext, TwoPairs) {
    TlsOptions both = options_with("server");
    both.cert_files += "," + file("rsaserver.crt");
    both.key_files += "," + file("rsaserver.key");
    const auto server = server_context(both);
    for (const std::string cipher :
         {"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"}) {
        TlsOptions client_options = options_with("");
        client_options.ssl_options = "SSL_OP_NO_TLSv1_3";
        client_options.cipher_list = cipher;
        const Shaken shaken = shake(*server, {}, *client_context(client_options), {});
        ASSERT_TRUE(shaken.client.ok()) << shaken.client.error().text;
        EXPECT_EQ((*shaken.client)->facts().cipher, cipher);
    }
}

TEST(TlsContext, RevokedCertificate) {
    TlsOptions options = options_with("server");
    options.crl_file = file("crl.pem");
    const auto server = server_context(options);
    Shaken shaken = shake(*server, {}, *client_context(options_with("revoked")), {});
    ASSERT_TRUE(shaken.server.ok());
    EXPECT_EQ((*shaken.server)->facts().verify, "FAIL");
    EXPECT_EQ((*shaken.server)->facts().verify_text, "certificate revoked");
    shaken = shake(*server, {}, *client_context(options_with("client")), {});
    ASSERT_TRUE(shaken.server.ok());
    EXPECT_EQ((*shaken.server)->facts().verify, "OK");
}

// A missing CRL is ignored, but must not wash an unknown issuer white; and R demands one.
TEST(TlsContext, MissingCrl) {
    TlsOptions options = options_with("server");
    options.crl_path = certs();  // holds no HASH.r0
    const auto server = server_context(options);
    Shaken shaken = shake(*server, {}, *client_context(options_with("stranger")), {});
    ASSERT_TRUE(shaken.server.ok());
    EXPECT_EQ((*shaken.server)->facts().verify, "FAIL");
    shaken = shake(*server, {}, *client_context(options_with("client")), {});
    ASSERT_TRUE(shaken.server.ok());
    EXPECT_EQ((*shaken.server)->facts().verify, "OK");
    TlsServerSession strict;
    strict.features.require_crl = true;
    shaken = shake(*server, strict, *client_context(options_with("client")), {});
    ASSERT_TRUE(shaken.server.ok());
    EXPECT_EQ((*shaken.server)->facts().verify, "FAIL");
}

// ---- files ------------------------------------------------------------------------------------

std::string refusal(const TlsOptions& options) {
    std::vector<std::string> notes;
    auto made = make_tls_server_context(options, &notes);
    return made.ok() ? "accepted" : made.error().text;
}

TEST(TlsFiles, WeakKeyIsOneLine) {
    const std::string text = refusal(options_with("weak"));
    EXPECT_EQ(text, cat("STARTTLS=server, error: RSA key of ", file("weak.crt"),
                        " has 1024 bits, needed are 2048: make a new key (openssl genrsa -out ",
                        file("weak.key"), " 2048) and a certificate for it"));
}

// A core of the process that has read a private key would show it.
TEST(TlsFiles, KeysAreInNoCoreDump) {
    const auto child = spawn([] {
        // Tests before this one have read keys.
        const bool before = ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
        const bool usable = refusal(options_with("server")) == "accepted";
        const bool after = ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
        return before && usable && !after ? Exit::kOk : Exit::kSoftware;
    });
    ASSERT_TRUE(child.ok());
    int status = -1;
    ASSERT_EQ(::waitpid(*child, &status, 0), *child);
    EXPECT_EQ(status, 0);
}

TEST(TlsFiles, Permissions) {
    const std::string key = file("second.key");
    struct {
        mode_t mode;
        bool group_readable;
        std::string_view says;
    } const rows[] = {
        {0644, false, "Group readable file (chmod 0600 "},
        {0622, false, "Group writable file"},
        {0640, false, "or DontBlameSendmail=GroupReadableKeyFile"},
        {0640, true, "accepted"},
        {0644, true, "World readable file"},
        {0400, false, "accepted"},
        {0700, false, "accepted"},
    };
    for (const auto& row : rows) {
        ASSERT_EQ(::chmod(key.c_str(), row.mode), 0);
        TlsOptions options = options_with("second");
        options.files.group_readable_key = row.group_readable;
        EXPECT_NE(refusal(options).find(row.says), std::string::npos) << refusal(options);
    }
    ASSERT_EQ(::chmod(key.c_str(), 0600), 0);
    const std::string cert = file("second.crt");
    ASSERT_EQ(::chmod(cert.c_str(), 0666), 0);
    EXPECT_EQ(refusal(options_with("second")),
              cat("STARTTLS=server: file ", cert, " unsafe: Group writable file (chmod go-w ", cert,
                  ")"));
    ASSERT_EQ(::chmod(cert.c_str(), 0644), 0);
}

TEST(TlsFiles, Mistakes) {
    TlsOptions options = options_with("server");
    options.key_files = file("client.key");
    EXPECT_NE(refusal(options).find("it is not the key of"), std::string::npos);
    options = options_with("server");
    options.key_files = file("nosuch.key");
    EXPECT_EQ(refusal(options), cat("STARTTLS=server: file ", file("nosuch.key"),
                                    " unsafe: No such file or directory"));
    options = options_with("server");
    options.crl_file = file("ca.crt");
    EXPECT_EQ(refusal(options),
              cat("STARTTLS=server, error: PEM_read_bio_X509_CRL(", file("ca.crt"), ")=failed"));
    options = options_with("server");
    options.cert_files += ",";
    EXPECT_EQ(refusal(options), "accepted");
    options.cert_files += file("client.crt");
    EXPECT_EQ(refusal(options), "accepted");  // with a note, see below
    EXPECT_EQ(refusal(options_with("")), "STARTTLS: ServerCertFile missing");
}

TEST(TlsFiles, NotesAboutSmallMistakes) {
    TlsOptions options = options_with("server");
    options.cipher_list = "NOSUCH";
    options.cipher_suites = "NOSUCH";
    options.dh_parameters = "x";
    std::vector<std::string> notes;
    ASSERT_TRUE(make_tls_server_context(options, &notes).ok());
    EXPECT_EQ(
        notes,
        (std::vector<std::string>{
            "STARTTLS=server, error: SSL_CTX_set_cipher_list(NOSUCH) failed, list ignored",
            "STARTTLS=server, error: SSL_CTX_set_ciphersuites(NOSUCH) failed, suites ignored",
            "STARTTLS=server, error: illegal value 'x' for DHParameters",
            "STARTTLS=server, Diffie-Hellman init, key=2048 bit (I)", "STARTTLS=server, init=1"}));
}

// A renewed certificate is used without a restart; while its key is missing the old one stays.
TEST(TlsFiles, RenewedCertificate) {
    const std::string cert = file("renewed.crt");
    const std::string key = file("renewed.key");
    const auto copy = [&](std::string_view from, const std::string& to, mode_t mode) {
        const auto text = read_file(file(from));
        ASSERT_TRUE(text.ok());
        ASSERT_TRUE(replace_file(to, *text, mode).ok());
    };
    copy("server.crt", cert, 0644);
    copy("server.key", key, 0600);
    TlsServerSlot slot(options_with("renewed"));
    std::vector<std::string> notes;
    slot.refresh(&notes);
    ASSERT_NE(slot.get(), nullptr);
    EXPECT_EQ(notes.back(), "STARTTLS=server, init=1");
    const TlsServerContext* const before = slot.get();
    notes.clear();
    copy("rsaserver.crt", cert, 0644);
    ::sleep(1);
    slot.refresh(&notes);
    EXPECT_EQ(slot.get(), before);
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_NE(notes[0].find("SSL_CTX_check_private_key"), std::string::npos);
    copy("rsaserver.key", key, 0600);
    ::sleep(1);
    slot.refresh(&notes);
    EXPECT_NE(slot.get(), before);
    EXPECT_EQ(notes.back(), "STARTTLS=server, init=1");
}

// ---- DANE -------------------------------------------------------------------------------------

std::string spki_sha256(const std::string& cert) {
    const std::string command = cat("openssl x509 -in ", file(cert),
                                    " -noout -pubkey | openssl pkey -pubin -outform DER | "
                                    "openssl dgst -sha256 -binary");
    FILE* pipe = ::popen(command.c_str(), "r");
    char digest[64];
    const std::size_t size = std::fread(digest, 1, sizeof digest, pipe);
    ::pclose(pipe);
    return {digest, size};
}

TEST(Dane, DecidesInsteadOfTheAuthorities) {
    TlsOptions unknown = options_with("stranger");
    const auto server = server_context(unknown);
    const auto client = client_context(options_with(""));
    TlsClientSession session;
    session.server_name = "any.example";
    session.dane_names = {"any.example"};
    session.tlsa = {{3, 1, 1, spki_sha256("stranger.crt")}};
    Shaken shaken = shake(*server, {}, *client, session);
    ASSERT_TRUE(shaken.client.ok()) << shaken.client.error().text;
    EXPECT_EQ((*shaken.client)->facts().verify, "TRUSTED");
    session.tlsa = {{3, 1, 1, spki_sha256("server.crt")}};
    shaken = shake(*server, {}, *client, session);
    ASSERT_TRUE(shaken.client.ok());
    EXPECT_EQ((*shaken.client)->facts().verify, "DANE_FAIL");
    session.tlsa = {{1, 1, 1, spki_sha256("server.crt")}};  // PKIX usages are not for SMTP
    shaken = shake(*server, {}, *client, session);
    ASSERT_TRUE(shaken.client.ok());
    EXPECT_EQ((*shaken.client)->facts().verify, "FAIL");
}

// ---- option words -----------------------------------------------------------------------------

TEST(SslOptions, Words) {
    const SslOptionChange change =
        parse_ssl_options("ssl_op_no_ticket, -SSL_OP_NO_TLSv1_3 0x10,-32 SSL_OP_FOO foo");
    EXPECT_EQ(change.set & 0x10U, 0x10U);
    EXPECT_EQ(change.clear & 32U, 32U);
    EXPECT_EQ(change.set & parse_ssl_options("SSL_OP_NO_TICKET").set, change.set & ~0x10ULL);
    EXPECT_EQ(change.unknown, (std::vector<std::string>{"SSL_OP_FOO", "foo"}));
    EXPECT_EQ(parse_ssl_options("+SSL_OP_NO_TICKET").set,
              parse_ssl_options("SSL_OP_NO_TICKET").set);
    EXPECT_EQ(parse_ssl_options("0x").unknown.size(), 1U);
    EXPECT_EQ(parse_ssl_options("-").unknown.size(), 1U);
    EXPECT_EQ(parse_ssl_options("0x10 -0x10").set, 0U);
}

}  // namespace
}  // namespace sm
