#include "sendmail/log/security_log.h"

#include "sendmail/log/testing.h"

namespace sm {
namespace {

TlsFacts facts() {
    TlsFacts out;
    out.version = "TLSv1.3";
    out.cipher = "TLS_AES_256_GCM_SHA384";
    out.bits = out.alg_bits = 256;
    out.verify = "FAIL";
    out.verify_text = "unable to get local issuer certificate";
    out.cert_subject = "/CN=x";
    out.cert_issuer = "/O=Sandbox+20CA";
    out.verify_errors = {"depth=0 /CN=x, state=0, reason=unable"};
    out.bad_fields = {{"cn_subject", "CN contains NUL"}};
    return out;
}

TEST(SecurityLog, TlsSession) {
    const auto write = [] { log_tls_session("server", "localhost [127.0.0.1]", facts()); };
    EXPECT_EQ(logged(8, write), "");
    EXPECT_EQ(logged(14, write),
              "STARTTLS: TLS cert verify: depth=0 /CN=x, state=0, reason=unable\n"
              "STARTTLS=server, relay=localhost [127.0.0.1], field=cn_subject, "
              "status=CN contains NUL\n"
              "STARTTLS=server, relay=localhost [127.0.0.1], version=TLSv1.3, verify=FAIL, "
              "cipher=TLS_AES_256_GCM_SHA384, bits=256/256\n"
              "STARTTLS=server, cert-subject=/CN=x, cert-issuer=/O=Sandbox+20CA, "
              "verifymsg=unable to get local issuer certificate\n");
    const auto write_client = [] { log_tls_session("client", "[127.0.0.1]", {}); };
    EXPECT_EQ(logged(13, write_client).find("start=ok"), std::string::npos);
    EXPECT_TRUE(logged(14, write_client).starts_with("STARTTLS=client, start=ok\n"));
}

TEST(SecurityLog, TlsTroubles) {
    EXPECT_EQ(logged(9,
                     [] {
                         log_tls_failure("server", "[127.0.0.1]", "accept failed=-1, reason=x");
                         log_tls_features_error("tls_srv_features", "unknown_option, opt=F\n",
                                                "[127.0.0.1]");
                         log_tls_features("tls_srv_features", "", "[127.0.0.1]");
                         log_tls_note("STARTTLS=server, init=1");
                         log_tls_note("STARTTLS=server: file /k unsafe: Group readable file");
                     }),
              "STARTTLS=server, error: accept failed=-1, reason=x, relay=[127.0.0.1]\n"
              "tls_srv_features=unknown_option, opt=F\\012, relay=[127.0.0.1]\n"
              "STARTTLS=server: file /k unsafe: Group readable file\n");
    const auto set_up = [] {
        log_tls_note("STARTTLS=server, Diffie-Hellman init, key=2048 bit (I)");
        log_tls_note("STARTTLS=server, init=1");
    };
    EXPECT_EQ(logged(12, set_up), "");
    EXPECT_EQ(logged(13, set_up), "STARTTLS=server, init=1\n");
    EXPECT_TRUE(logged(14, set_up).starts_with("STARTTLS=server, Diffie-Hellman init"));
    EXPECT_EQ(logged(10, [] { log_tls_features("tls_srv_features", "", "[127.0.0.1]"); }),
              "tls_srv_features=\"\", relay=[127.0.0.1]\n");
}

TEST(SecurityLog, Auth) {
    EXPECT_EQ(logged(12,
                     [] {
                         log_auth_mechanisms("PLAIN", "PLAIN LOGIN");
                         log_auth_mechanisms("", "");
                         log_auth("server", "[127.0.0.1]", {"PLAIN", "a b", "", 0});
                         log_auth("client", "[127.0.0.1]", {"CRAM-MD5", "a", "", 0});
                         log_auth_failure("Q1", "PLAIN", "no (-13)", "eve", "[127.0.0.1]");
                         log_auth_decode("Q1", "!!!!", "[127.0.0.1]");
                     }),
              "AUTH: available mech=PLAIN, allowed mech=PLAIN LOGIN\n"
              "AUTH warning: no mechanisms\n"
              "AUTH=server, relay=[127.0.0.1], authid=a+20b, mech=PLAIN, bits=0\n"
              "AUTH=client, relay=[127.0.0.1], mech=CRAM-MD5, bits=0\n"
              "Q1: AUTH failure (PLAIN): no (-13), user=eve, relay=[127.0.0.1]\n"
              "Q1: AUTH decode64 error [-5 for \"!!!!\"], relay=[127.0.0.1]\n");
}

}  // namespace
}  // namespace sm
