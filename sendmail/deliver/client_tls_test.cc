#include "sendmail/deliver/client_tls.h"

#include <gtest/gtest.h>

#include "sendmail/deliver/testing.h"

namespace sm {
namespace {

constexpr std::string_view kHead =
    "V10/Berkeley\n"
    "O OperatorChars=.:%@!^/[]+\n"
    "O QueueDirectory=/tmp\n"
    "O LogLevel=0\n"
    "Mlocal, P=/bin/true, F=lsDFMAw5:/|@q, S=0, R=0, A=true $u\n"
    "Mprog, P=/bin/sh, F=lsDFMoq, A=sh -c $u\n";

TEST(ClientTls, OneContextWithOrWithoutCertificate) {
    for (const char* options : {"", "O ClientCertFile=/no/such.crt\nO ClientKeyFile=/no/such.key\n",
                                "O CipherList=NOSUCH\n", "O ClientSSLOptions=NONSENSE\n"}) {
        const auto read = read_test_config(cat(kHead, options));
        ClientTls tls(*read.config);
        const TlsClientContext* context = tls.get();
        EXPECT_NE(context, nullptr) << options;
        EXPECT_EQ(tls.get(), context) << options;
    }
}

TEST(ClientTls, Fingerprint) {
    const auto plain = read_test_config(kHead);
    EXPECT_EQ(ClientTls(*plain.config).fingerprint(), "md5");
    const auto chosen = read_test_config(cat(kHead, "O CertFingerprintAlgorithm=sha256\n"));
    EXPECT_EQ(ClientTls(*chosen.config).fingerprint(), "sha256");
    const auto bad = read_test_config(cat(kHead, "O CertFingerprintAlgorithm=nosuch\n"));
    EXPECT_EQ(ClientTls(*bad.config).fingerprint(), "md5");
}

}  // namespace
}  // namespace sm
