#include "libnet/tls_features.h"

#include <gtest/gtest.h>

namespace sm {
namespace {

TEST(TlsFeatures, Lists) {
    const TlsFeatures all = parse_tls_features(
        " options = SSL_OP_NO_TLSv1_3,SSL_OP_NO_TICKET ; CIPHERLIST=HIGH:!aNULL;"
        "CertFile=/c; KeyFile=/k;Flags=RCd;");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.session.ssl_options, "SSL_OP_NO_TLSv1_3,SSL_OP_NO_TICKET");
    EXPECT_EQ(all.session.cipher_list, "HIGH:!aNULL");
    EXPECT_EQ(all.session.cert_file, "/c");
    EXPECT_EQ(all.session.key_file, "/k");
    EXPECT_TRUE(all.session.require_crl);
    EXPECT_EQ(all.fallback_to_clear, true);
    EXPECT_TRUE(all.no_dane);
    EXPECT_EQ(parse_tls_features("flags=c").fallback_to_clear, false);
}

TEST(TlsFeatures, Mistakes) {
    EXPECT_EQ(parse_tls_features("").error, "");
    EXPECT_EQ(parse_tls_features("\"\"").error, "");
    EXPECT_EQ(parse_tls_features("x").error, "");
    EXPECT_EQ(parse_tls_features("Options=0x10; Foo=bar").error, "unknown_option, opt=Foo");
    EXPECT_EQ(parse_tls_features("=bar").error, "unknown_option, opt=");
    EXPECT_EQ(parse_tls_features("CipherList=").error, "invalid_syntax, opt=CipherList");
    EXPECT_EQ(parse_tls_features("Flags=\"\"").error, "invalid_syntax, opt=Flags");
    EXPECT_EQ(parse_tls_features("CertFile=/c").error, "only_one_of_CertFile/KeyFile_specified");
    EXPECT_EQ(parse_tls_features("KeyFile=/c").error, "only_one_of_CertFile/KeyFile_specified");
    EXPECT_EQ(parse_tls_features("Options=SSL_OP_FOO").error, "SSL_OP_FOO, error=SSL_OP not found");
}

}  // namespace
}  // namespace sm
