#include "libnet/tls_layer.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libnet/dn_text.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::size_t kFlushAt = 128U << 10;
constexpr std::size_t kMaxVerifyErrors = 8;
constexpr int kMaxWrite = 1 << 20;

TlsBelow& below_of(BIO* bio) {
    return *static_cast<TlsBelow*>(BIO_get_data(bio));
}

// Everything that OpenSSL made so far leaves in one write.
bool flush_below(TlsBelow& below) {
    if (below.output.empty()) return true;
    std::string data;
    data.swap(below.output);
    Status written = below.stream->write(data, below.deadline);
    if (!written.ok()) below.error = std::move(written).error();
    return !below.error.has_value();
}

int read_below(TlsBelow& below, char* buffer, std::size_t size) {
    if (!flush_below(below)) return -1;
    if (!below.may_wait && !below.stream->pending()) return -1;
    auto count = below.stream->read(buffer, size, below.deadline);
    if (!count.ok()) {
        below.error = std::move(count).error();
        return -1;
    }
    below.end = *count == 0;
    return static_cast<int>(*count);
}

extern "C" int sm_bio_read(BIO* bio, char* buffer, int size) noexcept {
    BIO_clear_retry_flags(bio);
    try {
        const int count = read_below(below_of(bio), buffer, static_cast<std::size_t>(size));
        // A wait that ended early leaves the layer as it was: it can go on later.
        if (count < 0) BIO_set_retry_read(bio);
        return count;
    } catch (...) {
        return -1;
    }
}

extern "C" int sm_bio_write(BIO* bio, const char* data, int size) noexcept {
    BIO_clear_retry_flags(bio);
    try {
        TlsBelow& below = below_of(bio);
        below.output.append(data, static_cast<std::size_t>(size));
        if (below.output.size() >= kFlushAt && !flush_below(below)) return -1;
        return size;
    } catch (...) {
        return -1;
    }
}

extern "C" long sm_bio_control(BIO* bio, int command, long, void*) noexcept {
    if (command != BIO_CTRL_FLUSH) return 0;
    try {
        return flush_below(below_of(bio)) ? 1 : -1;
    } catch (...) {
        return -1;
    }
}

const BIO_METHOD* stream_method() {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ByteStream");
        SM_CHECK(made != nullptr);
        BIO_meth_set_read(made, sm_bio_read);
        BIO_meth_set_write(made, sm_bio_write);
        BIO_meth_set_ctrl(made, sm_bio_control);
        return made;
    }();
    return method;
}

int layer_index() {
    static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

extern "C" int sm_verify(int good, X509_STORE_CTX* context) noexcept {
    const auto* ssl = static_cast<SSL*>(
        X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx()));
    if (ssl == nullptr) return 0;
    auto* layer = static_cast<TlsLayer*>(SSL_get_ex_data(ssl, layer_index()));
    if (layer == nullptr) return 0;
    try {
        return layer->judge_certificate(good == 1, context);
    } catch (...) {
        return 0;
    }
}

}  // namespace

TlsLayer::TlsLayer(SslPtr ssl, ByteStream& below) : ssl_(std::move(ssl)), owner_(::getpid()) {
    below_.stream = &below;
    BIO* bio = BIO_new(stream_method());
    SM_CHECK(bio != nullptr);
    BIO_set_data(bio, &below_);
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SM_CHECK(SSL_set_ex_data(ssl_.get(), layer_index(), this) == 1);
}

TlsLayer::~TlsLayer() {
    if (owner_ != ::getpid() || broken_ || below_.end) return;
    below_.deadline = Deadline::in(std::chrono::seconds(1));
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
    static_cast<void>(flush_below(below_));
}

void TlsLayer::set_verify(bool verify, bool require_crl) {
    require_crl_ = require_crl;
    const int mode = verify ? SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE : SSL_VERIFY_NONE;
    SSL_set_verify(ssl_.get(), mode, sm_verify);
}

int TlsLayer::judge_certificate(bool good, x509_store_ctx_st* context) {
    if (good) return 1;
    const int error = X509_STORE_CTX_get_error(context);
    if (error == X509_V_ERR_UNABLE_TO_GET_CRL && !require_crl_) {
        X509_STORE_CTX_set_error(context, static_cast<int>(first_error_));
        return 1;
    }
    if (first_error_ == X509_V_OK) first_error_ = error;
    if (verify_errors_.size() < kMaxVerifyErrors) {
        const X509* certificate = X509_STORE_CTX_get_current_cert(context);
        const std::string subject =
            certificate == nullptr ? "" : dn_one_line(X509_get_subject_name(certificate));
        verify_errors_.push_back(cat("depth=", X509_STORE_CTX_get_error_depth(context), " ",
                                     printable(subject, 256),
                                     ", state=0, reason=", X509_verify_cert_error_string(error)));
    }
    return 1;
}

Status TlsLayer::handshake(bool is_server, Deadline deadline) {
    below_.deadline = deadline;
    ERR_clear_error();
    const int result = is_server ? SSL_accept(ssl_.get()) : SSL_connect(ssl_.get());
    if (result == 1 && flush_below(below_)) return {};
    Error error = failure(is_server ? "accept" : "connect", result);
    // The alert tells the peer why; whether it arrives does not matter.
    below_.deadline = Deadline::in(std::chrono::seconds(1));
    static_cast<void>(flush_below(below_));
    broken_ = true;
    return error;
}

void TlsLayer::set_facts(TlsFacts facts) {
    facts_ = std::move(facts);
    facts_.verify_errors = std::move(verify_errors_);
}

Error TlsLayer::failure(std::string_view what, int result) {
    const int kind = SSL_get_error(ssl_.get(), result);
    const Error below = below_.error.value_or(Error{Exit::kSoftware, {}, 0, {}});
    below_.error.reset();
    std::string reason = openssl_reason();
    if (below.sys_errno == ETIMEDOUT) reason = "timeout";
    if (reason.empty()) reason = below.text.empty() ? "connection closed" : below.text;
    Error error{below.code, {}, below.sys_errno, {}};
    if (below_.end) error.code = Exit::kIoErr;
    error.text = cat(what, " failed=", result, ", reason=", printable(reason, 200),
                     ", SSL_error=", kind, ", errno=", below.sys_errno, ", retry=-1");
    return error;
}

Result<std::size_t> TlsLayer::read(char* buffer, std::size_t size, Deadline deadline) {
    below_.deadline = deadline;
    below_.error.reset();
    ERR_clear_error();
    const int want = static_cast<int>(std::min<std::size_t>(size, kMaxWrite));
    const int count = SSL_read(ssl_.get(), buffer, want);
    if (count > 0) return static_cast<std::size_t>(count);
    const int kind = SSL_get_error(ssl_.get(), count);
    if (kind == SSL_ERROR_ZERO_RETURN || (below_.end && !below_.error)) return std::size_t{0};
    if (below_.error) return *std::exchange(below_.error, std::nullopt);
    broken_ = true;
    return make_error(Exit::kIoErr, cat("TLS read: ", openssl_reason()));
}

Status TlsLayer::flush() {
    if (flush_below(below_)) return {};
    broken_ = true;
    return *std::exchange(below_.error, std::nullopt);
}

Status TlsLayer::write(std::string_view data, Deadline deadline) {
    below_.deadline = deadline;
    below_.error.reset();
    while (!data.empty()) {
        ERR_clear_error();
        const int want = static_cast<int>(std::min<std::size_t>(data.size(), kMaxWrite));
        const int count = SSL_write(ssl_.get(), data.data(), want);
        if (count <= 0) {
            broken_ = true;
            if (below_.error) return *std::exchange(below_.error, std::nullopt);
            return make_error(Exit::kIoErr, cat("TLS write: ", openssl_reason()));
        }
        data.remove_prefix(static_cast<std::size_t>(count));
    }
    return flush();
}

bool TlsLayer::pending() const {
    if (SSL_pending(ssl_.get()) > 0) return true;
    // Octets below may be a part of a record, or no data at all: look, but do not wait.
    if (!below_.stream->pending() && SSL_has_pending(ssl_.get()) == 0) return false;
    below_.may_wait = false;
    below_.deadline = Deadline::in(std::chrono::seconds(1));
    ERR_clear_error();
    char octet = 0;
    const int count = SSL_peek(ssl_.get(), &octet, 1);
    const int kind = SSL_get_error(ssl_.get(), count);
    below_.may_wait = true;
    ERR_clear_error();
    if (below_.error) return true;  // the next read tells what is wrong
    return count > 0 || kind != SSL_ERROR_WANT_READ;
}

}  // namespace sm
