// ServerSession: one SMTP client's dialogue, from the greeting to the end of the connection.
// One process serves one session; several messages each become a committed job of the queue.
//
// The commands are in cmd_*.cc, one family per file; the access rulesets in access_checks.cc;
// reading the message in collect.h. Source: operations guide; RFC 5321.
#pragma once

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "libcf/check_ruleset.h"
#include "libcf/rewriter.h"
#include "libmail/mail_parameters.h"
#include "libnet/tls_context.h"
#include "libsm/log.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/server/bad_client.h"
#include "sendmail/server/client_facts.h"
#include "sendmail/server/connection.h"
#include "sendmail/server/reply.h"
#include "sendmail/server/services.h"
#include "sendmail/server/session_security.h"
#include "sendmail/server/srv_features.h"

namespace sm {

struct CollectResult;

class ServerSession {
  public:
    // All outlive the session. daemon: the listening socket the client came through.
    ServerSession(const SessionServices& services, Connection& connection, ClientFacts client,
                  const DaemonSpec& daemon);

    // Serves the client until it leaves or is sent away.
    Exit run();
    // AUTH was refused, and nobody proved who he is later.
    [[nodiscard]] bool failed_auth() const { return failed_auth_; }

  private:
    struct Command {
        std::string_view verb;
        Reply (ServerSession::*run)(std::string_view argument);
        // Answered even when the client is not served (see gate_).
        bool always = false;
        bool checked_by_check_other = false;
    };
    static const Command* find_command(std::string_view verb);

    // session.cc
    Reply greet();
    Reply serve(std::string_view line);
    Reply dispatch(std::string_view line);
    Reply unknown_command(std::string_view line);
    Reply line_too_long();
    void lost_input(const Error* error);
    void hand_over();
    void send(const Reply& reply);
    [[nodiscard]] Deadline command_deadline() const;
    void set_title(std::string_view what);
    void set_session_macros();
    void start_envelope();
    // Ends the present transaction; how: "RSET", "aborted by sender" or "" (nothing per
    // recipient is logged).
    void end_transaction(std::string_view how);
    [[nodiscard]] std::string log_id();
    void log_client(int level, LogPriority priority, std::string_view text);
    [[nodiscard]] DeliveryMode delivery_mode() const;
    [[nodiscard]] Reply repeat_limit(BadClient::Kind kind, Reply reply);

    // access_checks.cc
    [[nodiscard]] CheckVerdict check(std::string_view ruleset,
                                     const std::vector<std::string>& arguments);
    // The reply of a refusal; nullopt: go on (discard and quarantine are noted in the envelope).
    [[nodiscard]] std::optional<Reply> judge(const CheckVerdict& verdict, std::string_view ruleset,
                                             const std::vector<std::string>& arguments,
                                             std::string_view address);
    [[nodiscard]] std::optional<Reply> run_check(std::string_view ruleset,
                                                 const std::vector<std::string>& arguments,
                                                 std::string_view address);
    void log_ruleset(std::string_view ruleset, const std::vector<std::string>& arguments,
                     std::string_view outcome);
    void load_features();
    std::optional<Reply> check_connection();
    [[nodiscard]] bool early_talker();

    // cmd_hello.cc
    Reply cmd_helo(std::string_view argument);
    Reply cmd_ehlo(std::string_view argument);
    Reply hello(std::string_view verb, std::string_view argument, bool esmtp);
    void set_protocol_macro();
    [[nodiscard]] std::vector<std::string> extensions() const;
    [[nodiscard]] ParameterPolicy parameter_policy() const;
    // cmd_mail.cc
    Reply cmd_mail(std::string_view argument);
    void add_warning(std::string text);
    [[nodiscard]] std::optional<Reply> mail_allowed();
    [[nodiscard]] std::optional<Reply> set_sender(std::string_view address);
    [[nodiscard]] std::optional<Reply> apply_mail_parameters(const PathArgument& path);
    [[nodiscard]] std::optional<Reply> check_size(std::int64_t size);
    void trust_auth_parameter(std::string_view value);
    // cmd_rcpt.cc
    Reply cmd_rcpt(std::string_view argument);
    [[nodiscard]] std::optional<Reply> rcpt_allowed();
    [[nodiscard]] Reply bad_recipient(Reply reply);
    [[nodiscard]] Reply add_recipient(Recipient recipient);
    // cmd_data.cc
    Reply cmd_data(std::string_view argument);
    [[nodiscard]] std::optional<Reply> data_allowed();
    [[nodiscard]] Reply collect_failed(const CollectResult& result);
    [[nodiscard]] std::optional<Reply> check_message(CollectResult& result);
    [[nodiscard]] std::optional<Reply> check_headers();
    [[nodiscard]] Reply commit();
    void delay_for_load(const Command& command);
    void log_received(std::int64_t size);
    // cmd_misc.cc
    Reply cmd_noop(std::string_view argument);
    Reply cmd_rset(std::string_view argument);
    Reply cmd_quit(std::string_view argument);
    Reply cmd_help(std::string_view argument);
    Reply cmd_verb(std::string_view argument);
    Reply cmd_not_implemented(std::string_view argument);
    // cmd_vrfy.cc
    Reply cmd_vrfy(std::string_view argument);
    Reply cmd_expn(std::string_view argument);
    Reply verify_or_expand(std::string_view argument, bool expand);
    // cmd_etrn.cc
    Reply cmd_etrn(std::string_view argument);
    // cmd_auth.cc
    Reply cmd_auth(std::string_view argument);
    [[nodiscard]] std::unique_ptr<SaslServer> make_exchange() const;
    [[nodiscard]] const std::string& mechanisms();
    [[nodiscard]] std::optional<std::string> read_response(const std::string& challenge,
                                                           Reply* reply);
    [[nodiscard]] Reply run_exchange(std::string_view mechanism,
                                     const std::optional<std::string>& initial);
    [[nodiscard]] Reply authenticated(std::unique_ptr<SaslServer> exchange);
    [[nodiscard]] Reply auth_failed(std::string_view mechanism, const SaslServer::Step& step);
    // cmd_starttls.cc
    Reply cmd_starttls(std::string_view argument);
    [[nodiscard]] bool tls_offered() const;
    [[nodiscard]] bool tls_session_features(TlsServerSession* session);
    [[nodiscard]] Status handshake(const TlsServerSession& session);
    void judge_tls();
    [[nodiscard]] bool start_smtps();
    void forget_client();

    const SessionServices& services_;
    const Config& config_;
    Connection& connection_;
    ClientFacts client_;
    const DaemonSpec& daemon_;
    MacroScope macros_;  // of the session; parent: the configuration's
    SrvFeatures features_;
    BadClient bad_client_;
    SessionSecurity security_;
    // Not open: every command but the few that are always answered gets this reply.
    std::optional<Reply> gate_{};

    std::string helo_;  // argument of HELO/EHLO; empty before
    bool esmtp_ = false;
    bool verbose_ = false;
    bool active_ = false;  // MAIL EXPN VRFY ETRN was seen
    bool failed_auth_ = false;
    bool sent_anything_ = false;
    bool client_discard_ = false;  // check_relay said discard: all its messages
    std::string last_verb_;        // for the log

    Envelope envelope_;
    bool have_sender_ = false;
    bool sender_tried_ = false;  // MAIL was refused: the transaction is logged all the same
    bool discard_ = false;
    int bad_recipients_ = 0;
    int good_recipients_ = 0;  // accepted ones, those named twice included
    int transactions_ = 0;
    std::set<std::string, std::less<>> seen_targets_;
    bool delay_logged_ = false;          // DelayLA
    std::optional<Job> pending_job_{};   // handed over once its 250 was written
    std::vector<std::string> warnings_;  // X-Authentication-Warning fields to come
};

}  // namespace sm
