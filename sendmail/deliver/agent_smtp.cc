#include "sendmail/deliver/agent_smtp.h"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "libsm/log.h"
#include "libsm/parse_number.h"
#include "libsm/process.h"
#include "libsm/strings.h"
#include "libsm/traffic_log.h"
#include "sendmail/deliver/client_security.h"
#include "sendmail/deliver/delivery_scope.h"
#include "sendmail/deliver/smtp_transaction.h"
#include "sendmail/deliver/status_text.h"
#include "sendmail/log/mail_log.h"

namespace sm {
namespace {

constexpr std::uint16_t kSmtpPort = 25;
constexpr std::chrono::minutes kLookupTime{5};
// Without Timeout.connect the kernel's own limit (about two minutes) is long enough.
constexpr std::chrono::minutes kConnectTime{5};

// A number or the name of a service; 0: unknown.
std::uint16_t port_number(const std::string& name) {
    if (const auto number = parse_unsigned(name); number && *number <= 65535) {
        return static_cast<std::uint16_t>(*number);
    }
    servent found{};
    servent* result = nullptr;
    std::array<char, 4096> buffer{};
    if (::getservbyname_r(name.c_str(), "tcp", &found, buffer.data(), buffer.size(), &result) !=
            0 ||
        result == nullptr) {
        return 0;
    }
    return ntohs(static_cast<std::uint16_t>(found.s_port));
}

DeliveryResult unknown_host(std::string_view host) {
    DeliveryResult result = result_of(Exit::kNoHost);
    append(result.text, " (Name server: ", printable(host, 255), ": host not found)");
    result.relay = host;
    return result;
}

DeliveryResult lookup_failure(std::string_view host) {
    DeliveryResult result = deferred_result(
        cat("Name server: ", printable(host, 255), ": host name lookup failure"), "4.4.3");
    result.relay = host;
    return result;
}

DeliveryResult connect_failure(std::string_view host, std::string_view relay, int number) {
    std::string why;
    switch (number) {
        case ECONNREFUSED:
            why = cat("Connection refused by ", host);
            break;
        case ETIMEDOUT:
            why = cat("Connection timed out with ", host);
            break;
        case ECONNRESET:
            why = cat("Connection reset by ", host);
            break;
        default:
            why = std::strerror(number);
            break;
    }
    DeliveryResult result = deferred_result(why, "4.4.1");
    result.relay = relay;
    return result;
}

// What the loss of the connection made of those recipients that had no answer yet.
DeliveryResult lost_result(const std::vector<DeliveryResult>& results) {
    for (const DeliveryResult& result : results) {
        if (is_temporary(result.status)) return result;
    }
    return deferred_result({}, "4.4.2");
}

std::string relay_text(const std::string& shown, const SocketAddress& address, bool compressed) {
    if (!address.is_ip()) return shown;
    return cat(shown, " [", address.prefixed(compressed), ']');
}

}  // namespace

SmtpAgent::SmtpAgent(const MailerSpec& mailer, const AgentContext& context)
    : mailer_(mailer),
      context_(context),
      own_cache_(context.connections != nullptr ? nullptr : make_connection_cache(context.config)),
      cache_(context.connections != nullptr ? *context.connections : *own_cache_),
      status_files_([this](std::string_view host, bool write) {
          return context_.privileged.open_host_status(host, write);
      }) {}

SmtpAgent::~SmtpAgent() = default;

Result<SmtpAgent::Destination> SmtpAgent::destination(const MacroScope& scope) const {
    Destination out;
    const std::vector<std::string>& argv = mailer_.argv;
    if (argv.size() < 2) return make_error(Exit::kConfig, "mailer without a host in A=");
    out.host = std::string(trim(expand_macros(argv[1], scope)));
    if (iequals(argv[0], "FILE")) {
        out.unix_socket = true;
        return out;
    }
    out.port = kSmtpPort;
    if (argv.size() > 2) {
        out.port_name = std::string(trim(expand_macros(argv[2], scope)));
        out.port = port_number(out.port_name);
        if (out.port == 0) return make_error(Exit::kConfig, cat("unknown port ", out.port_name));
    }
    return out;
}

MxOptions SmtpAgent::mx_options() const {
    const Options& options = context_.config.options;
    MxOptions out;
    out.use_mx = !mailer_.has('0');
    out.try_null_mx_list = options.try_null_mx_list;
    if (out.use_mx) out.fallback_mx = options.fallback_mx_host;
    out.fallback_smart_host = options.fallback_smart_host;
    const Config* config = &context_.config;
    out.is_local = [config](std::string_view name) { return config->in_class("w", name); };
    return out;
}

ConnectOptions SmtpAgent::connect_options(const SocketAddress& address) const {
    ConnectOptions out;
    const int family = address.family();
    for (const DaemonSpec& client : context_.config.clients) {
        const bool six = client.family == "inet6";
        if ((family == AF_INET6) != six) continue;
        out.send_buffer = client.send_buffer;
        out.receive_buffer = client.receive_buffer;
        if (client.address.empty()) break;
        const auto local = SocketAddress::parse(client.address, port_number(client.port));
        if (local && local->family() == family) out.bind_to = *local;
        break;
    }
    return out;
}

std::string SmtpAgent::own_name() const {
    const std::string& given = context_.config.options.helo_name;
    if (!given.empty()) return expand_macros(given, context_.config.macros);
    return std::string(context_.config.macros.get("j"));
}

std::vector<DeliveryResult> SmtpAgent::deliver(const Envelope& envelope, const Batch& batch,
                                               MessageSource& message) {
    envelope_ = &envelope;
    batch_ = &batch;
    message_ = &message;
    const auto all = [&batch](const DeliveryResult& result) {
        return std::vector<DeliveryResult>(batch.recipients.size(), result);
    };
    const auto sender = sender_for_mailer(envelope, mailer_, context_.config);
    if (!sender.ok()) return all(result_of_error(sender.error()));
    sender_ = sender.value();
    MacroScope scope(&envelope.macros);
    set_delivery_macros(scope, sender_, batch);
    const auto to = destination(scope);
    std::vector<DeliveryResult> results;
    if (!to.ok()) {
        log_system_error(envelope.id.str(), "root", to.error().text);
        results = all(result_of(to.error().code));
    } else {
        results = try_hosts(to.value());
    }
    tell_outcomes(context_, batch, results);
    if (own_cache_) own_cache_->close_all();
    return results;
}

std::vector<DeliveryResult> SmtpAgent::try_hosts(const Destination& to) {
    const std::size_t count = batch_->recipients.size();
    DeliveryResult last = result_of(Exit::kNoHost);
    port_shown_ = to.port_name.empty() ? std::string() : cat(" port ", to.port_name);
    results_.clear();
    if (to.unix_socket) {
        Server server;
        server.shown = to.host;
        const auto address = SocketAddress::unix_path(to.host);
        if (!address) {
            return std::vector<DeliveryResult>(count, result_of(Exit::kConfig));
        }
        server.address = *address;
        server.key = cat(mailer_.number, '|', to.host);
        if (try_server(server, &last)) return results_;
        return std::vector<DeliveryResult>(count, last);
    }
    const MxList list = mx_lookup(to.host, cache_.names(), mx_options(), Deadline::in(kLookupTime));
    if (list.hosts.empty()) {
        last = list.status == Exit::kTempFail ? lookup_failure(to.host) : result_of(list.status);
        if (!list.dsn.empty()) last.dsn = list.dsn;
        last.relay = to.host;
        if (list.status == Exit::kConfig && context_.transcript) {
            context_.transcript(cat("553 5.3.5 ", to.host, ' ', list.message));
        }
        return std::vector<DeliveryResult>(count, last);
    }
    secure_route_ = context_.config.options.dane && cache_.names().uses_dns() &&
                    (!list.from_mx || list.authentic);
    std::optional<DeliveryResult> temporary;  // one such outweighs all hosts that are unknown
    for (const MxHost& host : list.hosts) {
        const std::string shown = host.literal ? cat('[', host.name, ']') : host.name;
        const bool done = try_host(shown, host.name, to, &last);
        host_lock_.reset();
        if (done) return results_;
        if (is_temporary(last.status)) temporary = last;
    }
    return std::vector<DeliveryResult>(count, temporary.value_or(last));
}

bool SmtpAgent::skip_known_bad(const std::string& host, DeliveryResult* last) {
    if (mailer_.has('W')) return false;
    const auto known = cache_.hosts().find(host, status_files_);
    // Hosts that refused for good are asked again: only an answer to it bounces a message.
    if (!known || !known->temporary()) return false;
    *last = connect_failure(host, host, known->sys_errno);
    if (known->sys_errno == 0) last->text = "Deferred";
    if (known->text.starts_with('4')) last->text = cat("Deferred: ", known->text);
    if (!known->dsn.empty()) last->dsn = known->dsn;
    last->remote_mta = host;
    return true;
}

void SmtpAgent::remember(const std::string& host, const DeliveryResult& result, int sys_errno) {
    HostStatus status;
    status.status = static_cast<int>(result.status);
    status.sys_errno = sys_errno;
    status.dsn = result.dsn;
    status.unknown_host = result.status == Exit::kNoHost;
    if (!result.reply.empty()) status.text = result.reply;
    cache_.hosts().store(host, status, status_files_, host_lock_);
}

// The host can be talked to, whatever it said to this message; or it was lost on the way.
void SmtpAgent::remember_talk(const std::string& host, const SmtpConnection& connection) {
    HostStatus status;
    status.text = connection.final_reply;
    if (!results_.empty() && !status.text.empty()) status.dsn = results_.front().dsn;
    if (connection.lost_errno != 0) {
        status.status = static_cast<int>(Exit::kTempFail);
        status.sys_errno = connection.lost_errno;
        status.dsn = "4.4.2";
        status.text.clear();
    }
    cache_.hosts().store(host, status, status_files_, host_lock_);
}

// SingleThreadDelivery: somebody else is talking to it.
bool SmtpAgent::is_taken(const std::string& host, DeliveryResult* last) {
    host_lock_.reset();
    if (cache_.hosts().lock_host(host, status_files_, &host_lock_)) return false;
    *last = deferred_result({}, "4.4.5");
    last->relay = host;
    last->remote_mta = host;
    return true;
}

namespace {

// The domain that is delivered to, as certificates name it; "" for a list of hosts or an address.
std::string single_domain(std::string_view host) {
    if (host.find_first_of("[:,") != std::string_view::npos) return {};
    if (host.ends_with('.')) host.remove_suffix(1);
    return std::string(host);
}

// A connection made without the demands of DANE is not taken where it demands something. What an
// authority vouches for may have been good for the name of one domain only (RFC 7672
// section 3.2.2).
std::string dane_key(const DanePolicy& dane, const std::string& domain) {
    if (dane.kind == DanePolicy::Kind::kNone) return {};
    const bool by_name = std::any_of(dane.records.begin(), dane.records.end(),
                                     [](const TlsaRecord& record) { return record.usage == 2; });
    return by_name ? cat("|dane|", domain) : std::string("|dane");
}

}  // namespace

bool SmtpAgent::find_dane(const std::string& host, const Destination& to, DanePolicy* dane,
                          DeliveryResult* last) {
    if (!secure_route_) return true;
    *dane = look_up_dane(cache_.names().resolver(), host, to.port, single_domain(to.host),
                         Deadline::in(kLookupTime));
    if (dane->kind != DanePolicy::Kind::kUnknown) return true;
    *last = lookup_failure(host);
    last->dsn = "4.7.5";
    last->text = cat("Deferred: ", host, ": TLSA lookup failed");
    last->remote_mta = host;
    return false;
}

bool SmtpAgent::try_host(const std::string& shown, const std::string& lookup_name,
                         const Destination& to, DeliveryResult* last) {
    if (skip_known_bad(shown, last) || is_taken(shown, last)) return false;
    const auto literal = SocketAddress::parse(lookup_name, to.port);
    std::vector<SocketAddress> addresses;
    if (literal) {
        addresses.push_back(*literal);
    } else {
        const auto found =
            cache_.names().addresses(lookup_name, AF_UNSPEC, Deadline::in(kLookupTime));
        if (!found.ok()) {
            *last = lookup_failure(lookup_name);
            return false;
        }
        if (!found.value()) {
            *last = unknown_host(lookup_name);
            remember(shown, *last, 0);
            return false;
        }
        addresses = *found.value();
    }
    // Option ConnectOnlyTo: whatever the host is, the connection is to that address.
    if (const std::string& only = context_.config.options.connect_only_to; !only.empty()) {
        const auto address = SocketAddress::parse(only, to.port);
        if (!address) {
            *last = result_of(Exit::kTempFail);
            last->text = cat("Deferred: ConnectOnlyTo is not an address: ", printable(only, 100));
            return false;
        }
        addresses = {*address};
    }
    DanePolicy dane;
    if (!literal && !find_dane(lookup_name, to, &dane, last)) return false;
    const std::string policy = dane_key(dane, to.host);
    for (SocketAddress& address : addresses) {
        address.set_port(to.port);
        Server server{shown, address,
                      cat(mailer_.number, '|', shown, '|', address.text(), '|', to.port, policy),
                      dane, single_domain(to.host)};
        if (try_server(server, last)) return true;
    }
    return false;
}

const DaemonSpec* SmtpAgent::client_spec(const SocketAddress& address) const {
    for (const DaemonSpec& client : context_.config.clients) {
        if ((client.family == "inet6") == (address.family() == AF_INET6)) return &client;
    }
    return nullptr;
}

std::optional<SmtpProblem> SmtpAgent::secure(const Server& server, bool in_clear, bool* again,
                                             SmtpConnection& connection) {
    ClientTls& tls = context_.client_tls != nullptr ? *context_.client_tls : cache_.tls();
    const ClientSecuritySetup setup{context_.config,
                                    tls,
                                    mailer_,
                                    own_name(),
                                    envelope_->id.str(),
                                    client_spec(server.address),
                                    &server.dane,
                                    server.domain};
    ClientSecurity security(setup, envelope_->macros, connection);
    ClientSecurity::Outcome outcome = security.secure(server.address, in_clear);
    *again = outcome.retry_in_clear;
    return std::move(outcome.problem);
}

std::unique_ptr<SmtpConnection> SmtpAgent::connect(const Server& server, DeliveryResult* last) {
    bool again = false;
    auto connection = connect_once(server, false, &again, last);
    if (connection || !again) return connection;
    return connect_once(server, true, &again, last);
}

std::unique_ptr<SmtpConnection> SmtpAgent::connect_once(const Server& server, bool in_clear,
                                                        bool* again, DeliveryResult* last) {
    const Timeouts& times = context_.config.options.timeouts;
    const bool first_try = envelope_->attempts <= 1;
    const std::chrono::seconds limit =
        first_try && times.iconnect.count() > 0 ? times.iconnect : times.connect;
    tell_start(context_, *batch_,
               cat("Connecting to ", server.shown, port_shown_, " via ", mailer_.name, "..."));
    set_process_title(cat(envelope_->id.str(), ' ', server.shown, ": client connect"));
    const std::string relay = relay_text(server.shown, server.address,
                                         context_.config.options.use_compressed_ipv6_addresses);
    if (traffic_logged()) log_traffic_event(cat("CONNECT ", server.shown));
    auto socket = connect_to(server.address, Deadline::in(limit.count() > 0 ? limit : kConnectTime),
                             connect_options(server.address));
    if (!socket.ok()) {
        *last = connect_failure(server.shown, relay, socket.error().sys_errno);
        last->remote_mta = server.shown;
        remember(server.shown, *last, socket.error().sys_errno);
        return nullptr;
    }
    log_connection(socket.value().get());
    auto connection =
        std::make_unique<SmtpConnection>(std::make_unique<FdStream>(std::move(socket).value()),
                                         server.shown, relay, context_.config);
    connection->set_witness({context_.transcript, context_.progress});
    std::optional<SmtpProblem> problem = connection->open(mailer_, own_name());
    if (!problem) problem = secure(server, in_clear, again, *connection);
    if (problem) {
        if (!problem->lost) connection->quit();
        last->status = problem->status;
        last->dsn = problem->dsn;
        last->text = problem->text;
        last->reply = problem->reply;
        last->relay = relay;
        last->remote_mta = server.shown;
        if (!*again) remember(server.shown, *last, problem->sys_errno);
        return nullptr;
    }
    return connection;
}

// The name of the interface that the connection leaves by; asked for only when it is logged.
void SmtpAgent::log_connection(int fd) {
    constexpr int kConnectLevel = 12;
    if (log_level() < kConnectLevel) return;
    std::string name = own_name();
    if (const auto local = SocketAddress::local_of(fd); local && local->is_ip()) {
        const auto known = cache_.names().name_of(*local, Deadline::in(std::chrono::seconds(5)));
        name = known.ok() && known.value() ? *known.value() : cat('[', local->prefixed(), ']');
    }
    log_outgoing_connect(envelope_->id.str(), name);
}

void SmtpAgent::keep_or_close(const Server& server, std::unique_ptr<SmtpConnection> connection) {
    if (!connection->is_open()) return;
    const bool used_up = mailer_.max_messages > 0 && connection->messages >= mailer_.max_messages;
    // A kept connection would keep the host from everybody else.
    if (used_up || own_cache_ != nullptr || host_lock_) {
        connection->quit();
    } else {
        cache_.put(server.key, std::move(connection));
    }
}

bool SmtpAgent::try_server(const Server& server, DeliveryResult* last) {
    for (bool again = true; again;) {
        again = false;
        std::unique_ptr<SmtpConnection> connection = cache_.take(server.key);
        if (connection) {
            connection->set_witness({context_.transcript, context_.progress});
            tell_start(context_, *batch_,
                       cat("Using cached ESMTP connection to ", server.shown, " via ", mailer_.name,
                           "..."));
        } else {
            connection = connect(server, last);
            // A refusal by decision is the same everywhere; anything else may differ elsewhere.
            if (!connection && !is_temporary(last->status)) {
                results_.assign(batch_->recipients.size(), *last);
                return true;
            }
            if (!connection) return false;
        }
        set_process_title(cat(envelope_->id.str(), ' ', server.shown, ": client"));
        const bool reused = connection->was_reused;
        SmtpTransaction transaction(*connection, *envelope_, *batch_, context_, sender_);
        results_ = transaction.run(*message_);
        if (transaction.may_try_again()) {
            // A kept connection may have timed out at the other end: a new one decides.
            again = reused;
            *last = lost_result(results_);
            if (!again) return false;
            continue;
        }
        remember_talk(server.shown, *connection);
        keep_or_close(server, std::move(connection));
    }
    return true;
}

}  // namespace sm
