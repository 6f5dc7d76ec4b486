// TLS for SMTP: contexts made once from the configuration (before any fork: keys are root's),
// and the layer that one connection pushes over its stream.
//
// A server context belongs to the listener and is inherited by the sessions: session tickets made
// in one are good in all. A client context belongs to whoever starts workers. The OpenSSL
// library is behind these abstract classes. doc/design/tls.md tells the whole.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libnet/tls_facts.h"
#include "libnet/tls_options.h"
#include "libsm/byte_stream.h"
#include "libsm/result.h"

namespace sm {

// The encrypted stream. Its destructor tells the peer that nothing follows (close_notify), in the
// process that made it only.
class TlsStream : public ByteStream {
  public:
    [[nodiscard]] virtual const TlsFacts& facts() const = 0;
};

// What rulesets (tls_srv_features, tls_clt_features) change for one connection.
struct TlsSessionFeatures {
    std::string ssl_options;
    std::string cipher_list;
    std::string cipher_suites;
    std::string cert_file;  // both or none; read at the handshake
    std::string key_file;
    bool require_crl = false;  // Flags=R
    FileOpener open{};         // for these files
};

struct TlsServerSession {
    bool request_cert = true;
    // The listener's name: a ticket is good only for the same one, with the same demands.
    std::string listener;
    std::string fingerprint = "md5";
    TlsSessionFeatures features;
};

// One TLSA record (RFC 6698): usage 2 or 3, selector 0 or 1, matching type 0 to 2.
struct TlsaRecord {
    std::uint8_t usage = 3;
    std::uint8_t selector = 1;
    std::uint8_t matching = 1;
    std::string data;  // octets
};

struct TlsClientSession {
    std::string server_name;  // for SNI; "" none
    std::string fingerprint = "md5";
    std::vector<TlsaRecord> tlsa;         // not empty: DANE decides
    std::vector<std::string> dane_names;  // names that a certificate under usage 2 may have
    TlsSessionFeatures features;
};

// A handshake that failed, in the words of the log line:
// "accept failed=-1, reason=wrong version number, SSL_error=1, errno=0, retry=-1".
// Error code: kTempFail at the deadline, kIoErr when the peer left, kConfig when the session's
// features are unusable, kSoftware otherwise.

class TlsServerContext {
  public:
    virtual ~TlsServerContext() = default;
    // Does the handshake over `below`, which outlives the stream. Octets that were read from it
    // before are not seen.
    [[nodiscard]] virtual Result<std::unique_ptr<TlsStream>> accept(ByteStream& below,
                                                                    const TlsServerSession& session,
                                                                    Deadline deadline) const = 0;
    // Whether the features of the session can be had (Error kConfig): before "220" is said.
    [[nodiscard]] virtual Status check(const TlsServerSession& session) const = 0;
    // True when a file that the context was made from has changed since (device, inode, size,
    // change time), or was missing and is there now.
    [[nodiscard]] virtual bool outdated() const = 0;
};

class TlsClientContext {
  public:
    virtual ~TlsClientContext() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<TlsStream>> connect(
        ByteStream& below, const TlsClientSession& session, Deadline deadline) const = 0;
    [[nodiscard]] virtual bool outdated() const = 0;
};

// notes: lines for the log, complete but for their priority: "STARTTLS=server, init=1". An Error
// (kConfig) means that TLS cannot be offered; its text is the line that says why.
[[nodiscard]] Result<std::unique_ptr<TlsServerContext>> make_tls_server_context(
    const TlsOptions& options, std::vector<std::string>* notes);
[[nodiscard]] Result<std::unique_ptr<TlsClientContext>> make_tls_client_context(
    const TlsOptions& options, std::vector<std::string>* notes);

// "compiled 0x300000d0", "linked   0x30000130" for -d0.14; empty without TLS.
[[nodiscard]] std::vector<std::string> tls_library_versions();

// True when the library has that digest.
[[nodiscard]] bool known_digest_name(std::string_view name);

// The words of `text` that are no SSL option of the library: for the configuration's complaint.
[[nodiscard]] std::vector<std::string> unknown_ssl_options(std::string_view text);

// A server context that follows its files: what the listener asks before each fork. The old
// context stays in use while the new files are unusable (a key without its certificate for a
// moment).
class TlsServerSlot {
  public:
    explicit TlsServerSlot(TlsOptions options) : options_(std::move(options)) {}

    // First call: makes the context. Later: at most once a second looks at the files and makes a
    // new one when they changed. Lines for the log are appended to notes.
    void refresh(std::vector<std::string>* notes);
    // nullptr: TLS cannot be offered.
    [[nodiscard]] const TlsServerContext* get() const { return context_.get(); }

  private:
    TlsOptions options_;
    std::unique_ptr<TlsServerContext> context_;
    std::int64_t checked_ = -1;  // seconds on the monotonic clock
    std::string last_error_;
};

}  // namespace sm
