// SmtpConnection: one connection to an SMTP or LMTP server as its client sees it: greeting, EHLO,
// what the server offers, commands and replies with their time limits. It knows nothing of
// messages; smtp_transaction does. Not used across a fork.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libmail/smtp_reply.h"
#include "libsm/byte_stream.h"
#include "libsm/clock.h"
#include "libsm/result.h"
#include "libsm/traffic_log.h"
#include "sendmail/deliver/connection_security.h"

namespace sm {

// Where what is said goes; members may be empty. See AgentContext.
struct SmtpWitness {
    std::function<void(std::string_view line)> transcript{};
    std::function<void(std::string_view line)> progress{};
};

// What the server offered in answer to EHLO or LHLO.
struct SmtpOffer {
    bool pipelining = false;
    bool eight_bit = false;
    bool size = false;
    std::int64_t max_size = 0;  // octets; 0: not said
    bool dsn = false;
    bool deliver_by = false;
    std::int64_t deliver_by_min = 0;  // seconds
    bool enhanced_codes = false;
    bool starttls = false;
    bool smtp_utf8 = false;
    std::string auth;  // mechanisms, separated by blanks
};

// Why nothing more can be said to this server for this message.
struct SmtpProblem {
    Exit status = Exit::kTempFail;
    std::string dsn;
    std::string text;   // as behind stat=
    std::string reply;  // the server's words; "" when it said nothing
    bool lost = false;  // the connection is gone (or cannot be trusted any more)
    int sys_errno = 0;  // by which it was lost
};

class SmtpConnection {
  public:
    // host: as shown in logs and reports, "mx.example.com" or "[192.0.2.1]".
    SmtpConnection(std::unique_ptr<ByteStream> stream, std::string host, std::string relay,
                   const Config& config);
    ~SmtpConnection();
    SmtpConnection(const SmtpConnection&) = delete;
    SmtpConnection& operator=(const SmtpConnection&) = delete;

    // The next job's listeners; forgets what was said before.
    void set_witness(SmtpWitness witness);

    // Reads the greeting and says EHLO, HELO or LHLO with `own_name`. nullopt: ready for MAIL.
    [[nodiscard]] std::optional<SmtpProblem> open(const MailerSpec& mailer,
                                                  const std::string& own_name);
    // Says EHLO (or LHLO) again, after a layer was put on the connection.
    [[nodiscard]] std::optional<SmtpProblem> say_hello(const MailerSpec& mailer,
                                                       const std::string& own_name);

    // Puts commands (each ended by CRLF) on the wire in one write. shown: what witnesses see
    // instead, for secrets.
    [[nodiscard]] Status send(std::string_view commands, std::string_view shown = {});
    // Raw octets of a message.
    [[nodiscard]] Status send_data(std::string_view octets);
    // The next reply. command: what it answers, for transcripts. Error: no reply came; the
    // connection is lost.
    [[nodiscard]] Result<SmtpReply> read_reply(std::chrono::seconds limit,
                                               std::string_view command);

    // QUIT, and the connection is closed. Waits for the answer only when somebody watches.
    void quit();
    // No more words.
    void close();
    [[nodiscard]] bool is_open() const { return stream_ != nullptr; }
    // False when the server closed the connection or spoke unasked: it is of no use then.
    [[nodiscard]] bool is_idle() const;

    // Puts a layer (TLS, SASL) on the connection: `wrap` gets the stream and gives back the new
    // one. What the peer sent too early is thrown away.
    void add_layer(
        const std::function<std::unique_ptr<ByteStream>(std::unique_ptr<ByteStream>)>& wrap);

    [[nodiscard]] const SmtpOffer& offer() const { return offer_; }
    // False: the server's PIPELINING is not made use of, now and after the next EHLO.
    void allow_pipelining(bool allowed);
    [[nodiscard]] const std::string& host() const { return host_; }
    [[nodiscard]] const std::string& relay() const { return relay_; }
    [[nodiscard]] const Timeouts& timeouts() const { return config_.options.timeouts; }
    [[nodiscard]] const SmtpWitness& witness() const { return witness_; }
    // The problem that the loss of the connection, or its silence, is.
    [[nodiscard]] SmtpProblem lost(const Error& error);

    // What TLS and AUTH proved; set by ClientSecurity.
    ConnectionSecurity security{};

    // Of the transactions on this connection.
    int messages = 0;          // sent so far
    bool needs_reset = false;  // RSET before the next MAIL
    bool was_reused = false;   // taken from the cache for this message
    std::string final_reply;   // to the last message; "": it got none
    int lost_errno = 0;        // not 0: the connection was lost by that

  private:
    [[nodiscard]] std::optional<SmtpProblem> greet(bool* esmtp);
    void read_offer(const SmtpReply& reply);
    void note_reply(const SmtpReply& reply, std::string_view command);
    [[nodiscard]] SmtpProblem refused(const SmtpReply& reply) const;
    [[nodiscard]] std::optional<SmtpProblem> check_loop(const SmtpReply& reply,
                                                        const MailerSpec& mailer,
                                                        const std::string& own_name);

    std::unique_ptr<ByteStream> stream_;
    std::unique_ptr<LineReader> reader_;
    std::string host_;
    std::string relay_;
    const Config& config_;
    SmtpWitness witness_;
    SmtpOffer offer_;
    std::string shown_command_;  // last command in the transcript
    TrafficLines message_log_{Traffic::kOut};
    bool pipelining_allowed_ = true;
    bool introduced_ = false;  // "... while talking to" is in the transcript
};

}  // namespace sm
