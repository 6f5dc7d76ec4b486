// The agent of mailers with P=[IPC]: finds the hosts to try (MX records, fallbacks), connects or
// takes an open connection, and hands the batch over by SMTP or LMTP.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libnet/connector.h"
#include "libnet/mx_lookup.h"
#include "libnet/socket_address.h"
#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/connection_cache.h"
#include "sendmail/deliver/dane_policy.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {

class SmtpAgent final : public Agent {
  public:
    SmtpAgent(const MailerSpec& mailer, const AgentContext& context);
    ~SmtpAgent() override;

    [[nodiscard]] std::vector<DeliveryResult> deliver(const Envelope& envelope, const Batch& batch,
                                                      MessageSource& message) override;

  private:
    // Where A= says to connect to.
    struct Destination {
        std::string host;  // a host list, or the path of a UNIX socket
        std::uint16_t port = 0;
        std::string port_name;  // as written, for those who watch; "" the usual one
        bool unix_socket = false;
    };
    // A server to talk to.
    struct Server {
        std::string shown;  // "mx.example.com", "[192.0.2.1]"
        SocketAddress address;
        std::string key;  // of the connection cache
        DanePolicy dane{};
        std::string domain{};  // that is delivered to; "": several, or an address
    };

    [[nodiscard]] Result<Destination> destination(const MacroScope& scope) const;
    [[nodiscard]] std::vector<DeliveryResult> try_hosts(const Destination& to);
    // True: the batch is dealt with (results set). False: the next host may be tried; *last says
    // what was wrong with this one.
    [[nodiscard]] bool try_host(const std::string& shown, const std::string& lookup_name,
                                const Destination& to, DeliveryResult* last);
    // What the DNS says about the TLS of that server; false: nothing now, it is left out.
    [[nodiscard]] bool find_dane(const std::string& host, const Destination& to, DanePolicy* dane,
                                 DeliveryResult* last);
    [[nodiscard]] bool try_server(const Server& server, DeliveryResult* last);
    [[nodiscard]] std::unique_ptr<SmtpConnection> connect(const Server& server,
                                                          DeliveryResult* last);
    // One attempt; in_clear: without STARTTLS. *again: to be tried once more in clear.
    [[nodiscard]] std::unique_ptr<SmtpConnection> connect_once(const Server& server, bool in_clear,
                                                               bool* again, DeliveryResult* last);
    [[nodiscard]] const DaemonSpec* client_spec(const SocketAddress& address) const;
    [[nodiscard]] std::optional<SmtpProblem> secure(const Server& server, bool in_clear,
                                                    bool* again, SmtpConnection& connection);
    [[nodiscard]] MxOptions mx_options() const;
    [[nodiscard]] ConnectOptions connect_options(const SocketAddress& address) const;
    [[nodiscard]] std::string own_name() const;
    [[nodiscard]] bool skip_known_bad(const std::string& host, DeliveryResult* last);
    void remember(const std::string& host, const DeliveryResult& result, int sys_errno);
    void remember_talk(const std::string& host, const SmtpConnection& connection);
    [[nodiscard]] bool is_taken(const std::string& host, DeliveryResult* last);
    void log_connection(int fd);
    void keep_or_close(const Server& server, std::unique_ptr<SmtpConnection> connection);

    const MailerSpec& mailer_;
    const AgentContext& context_;
    std::shared_ptr<ConnectionCache> own_cache_;  // when the context has none
    ConnectionCache& cache_;
    const HostStatusTable::Opener status_files_;
    HostStatusTable::Lock host_lock_;  // of the host that is being tried

    // Of the delivery under way.
    const Envelope* envelope_ = nullptr;
    const Batch* batch_ = nullptr;
    bool secure_route_ = false;  // DANE is wanted, and nobody could forge the names of the hosts
    MessageSource* message_ = nullptr;
    std::string sender_;
    std::string port_shown_;
    std::vector<DeliveryResult> results_;
};

}  // namespace sm
