#include "libnet/dn_text.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>

#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kMaxName = 2048;
constexpr std::size_t kMaxCommonName = 255;

// With an unlimited result OpenSSL still stops at 1 MiB of input; the certificate as a whole is
// bounded by the record layer far below that.
struct OpensslFree {
    void operator()(char* text) const { OPENSSL_free(text); }
};

std::string_view octets_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

}  // namespace

std::string dn_one_line(const X509_name_st* name) {
    if (name == nullptr) return {};
    const std::unique_ptr<char, OpensslFree> text(X509_NAME_oneline(name, nullptr, 0));
    if (text == nullptr) return "BadCertificateUnknown";
    std::string out(text.get());
    return out.size() > kMaxName ? "BadCertificateTooLong" : out;
}

CommonName dn_common_name(const X509_name_st* name) {
    const int index = name == nullptr ? -1 : X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    if (index < 0) return {"BadCertificateUnknown", "failed to extract CN"};
    const X509_NAME_ENTRY* entry = X509_NAME_get_entry(name, index);
    const std::string_view text = octets_of(X509_NAME_ENTRY_get_data(entry));
    if (text.find('\0') != std::string_view::npos) {
        return {"BadCertificateContainsNUL", "CN contains NUL"};
    }
    if (text.size() > kMaxCommonName) return {"BadCertificateTooLong", "CN too long"};
    return {std::string(text), {}};
}

std::vector<std::string> dns_alt_names(const x509_st* certificate, std::size_t* rejected) {
    std::vector<std::string> out;
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
        static_cast<GENERAL_NAMES*>(
            X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    const int count = names == nullptr ? 0 : sk_GENERAL_NAME_num(names.get());
    for (int i = 0; i < count; ++i) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
        if (name->type != GEN_DNS) continue;
        const std::string_view text = octets_of(name->d.dNSName);
        bool good = !text.empty() && text.size() <= kMaxCommonName;
        for (const char c : text) {
            good =
                good && (is_alnum(c) || std::string_view("-._*").find(c) != std::string_view::npos);
        }
        if (good) {
            out.push_back(lower(text));
        } else {
            ++*rejected;
        }
    }
    return out;
}

std::string certificate_fingerprint(const x509_st* certificate, std::string_view algorithm) {
    const EVP_MD* digest = EVP_get_digestbyname(std::string(algorithm).c_str());
    if (digest == nullptr || certificate == nullptr) return {};
    std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
    unsigned size = 0;
    if (X509_digest(certificate, digest, value.data(), &size) != 1) return {};
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (unsigned i = 0; i < size; ++i) {
        if (i != 0) out += ':';
        out += kDigits[value[i] >> 4U];
        out += kDigits[value[i] & 15U];
    }
    return out;
}

bool known_digest(std::string_view algorithm) {
    return EVP_get_digestbyname(std::string(algorithm).c_str()) != nullptr;
}

}  // namespace sm
