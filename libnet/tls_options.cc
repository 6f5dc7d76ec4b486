#include "libnet/tls_options.h"

#include <openssl/ssl.h>

#include <array>
#include <charconv>
#include <optional>

#include "libsm/strings.h"

namespace sm {
namespace {

struct SslWord {
    std::string_view name;
    std::uint64_t bits;
};

// Historical words that the library has given up are known and mean nothing.
constexpr std::array kWords = {
    SslWord{"ALL", SSL_OP_ALL},
    SslWord{"ALLOW_NO_DHE_KEX", SSL_OP_ALLOW_NO_DHE_KEX},
    SslWord{"ALLOW_UNSAFE_LEGACY_RENEGOTIATION", SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION},
    SslWord{"CIPHER_SERVER_PREFERENCE", SSL_OP_CIPHER_SERVER_PREFERENCE},
    SslWord{"CISCO_ANYCONNECT", SSL_OP_CISCO_ANYCONNECT},
    SslWord{"COOKIE_EXCHANGE", SSL_OP_COOKIE_EXCHANGE},
    SslWord{"CRYPTOPRO_TLSEXT_BUG", SSL_OP_CRYPTOPRO_TLSEXT_BUG},
    SslWord{"DONT_INSERT_EMPTY_FRAGMENTS", SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS},
    SslWord{"ENABLE_MIDDLEBOX_COMPAT", SSL_OP_ENABLE_MIDDLEBOX_COMPAT},
    SslWord{"EPHEMERAL_RSA", 0},
    SslWord{"LEGACY_SERVER_CONNECT", SSL_OP_LEGACY_SERVER_CONNECT},
    SslWord{"MICROSOFT_BIG_SSLV3_BUFFER", 0},
    SslWord{"MICROSOFT_SESS_ID_BUG", 0},
    SslWord{"MSIE_SSLV2_RSA_PADDING", 0},
    SslWord{"NETSCAPE_CA_DN_BUG", 0},
    SslWord{"NETSCAPE_CHALLENGE_BUG", 0},
    SslWord{"NETSCAPE_DEMO_CIPHER_CHANGE_BUG", 0},
    SslWord{"NETSCAPE_REUSE_CIPHER_CHANGE_BUG", 0},
    SslWord{"NO_ANTI_REPLAY", SSL_OP_NO_ANTI_REPLAY},
    SslWord{"NO_COMPRESSION", SSL_OP_NO_COMPRESSION},
    SslWord{"NO_ENCRYPT_THEN_MAC", SSL_OP_NO_ENCRYPT_THEN_MAC},
    SslWord{"NO_QUERY_MTU", SSL_OP_NO_QUERY_MTU},
    SslWord{"NO_RENEGOTIATION", SSL_OP_NO_RENEGOTIATION},
    SslWord{"NO_SESSION_RESUMPTION_ON_RENEGOTIATION",
            SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION},
    SslWord{"NO_SSLV2", 0},
    SslWord{"NO_SSLV3", SSL_OP_NO_SSLv3},
    SslWord{"NO_TICKET", SSL_OP_NO_TICKET},
    SslWord{"NO_TLSV1", SSL_OP_NO_TLSv1},
    SslWord{"NO_TLSV1_1", SSL_OP_NO_TLSv1_1},
    SslWord{"NO_TLSV1_2", SSL_OP_NO_TLSv1_2},
    SslWord{"NO_TLSV1_3", SSL_OP_NO_TLSv1_3},
    SslWord{"PKCS1_CHECK_1", 0},
    SslWord{"PKCS1_CHECK_2", 0},
    SslWord{"PRIORITIZE_CHACHA", SSL_OP_PRIORITIZE_CHACHA},
    SslWord{"SINGLE_DH_USE", 0},
    SslWord{"SINGLE_ECDH_USE", 0},
    SslWord{"SSLEAY_080_CLIENT_DH_BUG", 0},
    SslWord{"SSLREF2_REUSE_CERT_TYPE_BUG", 0},
    SslWord{"TLSEXT_PADDING", SSL_OP_TLSEXT_PADDING},
    SslWord{"TLS_BLOCK_PADDING_BUG", 0},
    SslWord{"TLS_D5_BUG", 0},
    SslWord{"TLS_ROLLBACK_BUG", SSL_OP_TLS_ROLLBACK_BUG},
};

std::optional<std::uint64_t> number_of(std::string_view word) {
    const bool hex = word.size() > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
    if (hex) word.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(word.data(), word.data() + word.size(), value, hex ? 16 : 10);
    if (error != std::errc() || end != word.data() + word.size()) return {};
    return value;
}

std::optional<std::uint64_t> bits_of(std::string_view word) {
    if (!word.empty() && is_digit(word.front())) return number_of(word);
    constexpr std::string_view kPrefix = "SSL_OP_";
    if (word.size() <= kPrefix.size() || !iequals(word.substr(0, kPrefix.size()), kPrefix)) {
        return {};
    }
    const std::string_view name = word.substr(kPrefix.size());
    for (const SslWord& row : kWords) {
        if (iequals(row.name, name)) return row.bits;
    }
    return {};
}

}  // namespace

SslOptionChange parse_ssl_options(std::string_view text) {
    SslOptionChange change;
    while (!text.empty()) {
        const std::size_t end = text.find_first_of(" \t,");
        std::string_view word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.empty()) continue;
        const bool clear = word.front() == '-';
        const auto bits = bits_of(clear || word.front() == '+' ? word.substr(1) : word);
        if (!bits) {
            change.unknown.emplace_back(word);
        } else if (clear) {
            change.clear |= *bits;
            change.set &= ~*bits;
        } else {
            change.set |= *bits;
            change.clear &= ~*bits;
        }
    }
    return change;
}

std::vector<std::string> split_file_pair(std::string_view files) {
    std::vector<std::string> out;
    while (!files.empty()) {
        const std::size_t comma = files.find(',');
        const std::string_view name = trim(files.substr(0, comma));
        if (!name.empty()) out.emplace_back(name);
        files.remove_prefix(comma == std::string_view::npos ? files.size() : comma + 1);
    }
    return out;
}

}  // namespace sm
