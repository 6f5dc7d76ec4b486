// One message over one SMTP or LMTP connection: MAIL, RCPT, DATA and the message, the whole
// envelope in one write where the server allows PIPELINING (RFC 2920). Source: RFC 5321, 2033
// (LMTP), 3461 (DSN), 1870 (SIZE), 6152 (8BITMIME), 2852 (DELIVERBY).
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/make_agent.h"
#include "sendmail/deliver/smtp_connection.h"

namespace sm {

class SmtpTransaction {
  public:
    // All outlive the transaction. sender: without brackets, rewritten for the mailer.
    SmtpTransaction(SmtpConnection& connection, const Envelope& envelope, const Batch& batch,
                    const AgentContext& context, std::string sender);

    // One result per recipient of the batch.
    [[nodiscard]] std::vector<DeliveryResult> run(MessageSource& message);

    // True when the connection was lost and no octet of the message itself had been sent: the
    // message may be tried on another connection without any risk of a second copy.
    [[nodiscard]] bool may_try_again() const { return lost_early_; }

  private:
    enum class Step : std::uint8_t { kReset, kMail, kRecipient, kData };
    struct Asked {
        Step step;
        std::size_t recipient = 0;
        std::string command;  // without line end
    };

    [[nodiscard]] bool prepare(MessageSource& message);
    [[nodiscard]] bool check_offer();
    [[nodiscard]] std::string mail_command() const;
    [[nodiscard]] std::string recipient_command(const Recipient& recipient) const;
    // False: the conversation is over, all results are set.
    [[nodiscard]] bool exchange(std::vector<Asked> commands);
    [[nodiscard]] bool read_answer(const Asked& asked, const std::string& shown);
    void judge_mail(const SmtpReply& reply);
    void judge_recipient(std::size_t index, const SmtpReply& reply);
    void judge_data(const SmtpReply& reply);
    [[nodiscard]] bool say_envelope();
    void send_message(MessageSource& message);
    void end_empty_message();
    void read_final_replies();
    [[nodiscard]] DeliveryResult final_result(const SmtpReply& reply) const;

    void settle_all(const DeliveryResult& result);  // those that are still open
    void connection_lost(const Error& error);
    [[nodiscard]] DeliveryResult refusal(Exit status, std::string dsn,
                                         const SmtpReply& reply) const;
    [[nodiscard]] bool lmtp() const { return batch_.mailer->has('z'); }

    SmtpConnection& connection_;
    const Envelope& envelope_;
    const Batch& batch_;
    const AgentContext& context_;
    std::string sender_;
    std::vector<DeliveryResult> results_;
    std::vector<bool> settled_;   // results_[i] is final
    std::vector<bool> accepted_;  // RCPT was
    MessageForm form_;
    bool with_body_ = false;  // BODY=8BITMIME
    bool go_ahead_ = false;   // 354 was read
    bool lost_early_ = false;
};

// True for a mailbox that can stand between the angle brackets of MAIL and RCPT: printable, no
// blank or angle bracket outside quotes.
[[nodiscard]] bool is_safe_path(std::string_view mailbox);

}  // namespace sm
