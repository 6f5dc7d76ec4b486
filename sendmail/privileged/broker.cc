#include "sendmail/privileged/broker.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <set>
#include <unordered_map>

#include "libcf/expand_macros.h"
#include "libcf/file_safety.h"
#include "libcf/map_table.h"
#include "libcf/security_setup.h"
#include "libsm/core_dump.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/signals.h"
#include "libsm/strings.h"
#include "sendmail/privileged/direct.h"
#include "sendmail/privileged/requests.h"
#include "sendmail/queue/queue_files.h"

namespace sm {
namespace {

constexpr int kAllowedOpenFlags = O_ACCMODE | O_CREAT | O_EXCL | O_APPEND | O_TRUNC | O_NONBLOCK;

// The answer to one request, before it is put into a packet.
struct Answer {
    BrokerReply record;
    std::string text;
    std::vector<UniqueFd> descriptors;
    bool later = false;  // sent when the mailer has ended
};

Answer failure(const Error& error) {
    Answer out;
    out.record.failed = 1;
    out.record.exit_code = static_cast<std::int32_t>(error.code);
    out.record.sys_errno = error.sys_errno;
    out.text = error.text.substr(0, 1000);
    return out;
}

Answer refused(std::string_view why) {
    log_message(LogPriority::kAlert, cat("broker: refused a request: ", why));
    return failure(make_error(Exit::kNoPerm, cat("refused: ", why)));
}

Answer with_descriptor(Result<UniqueFd> fd) {
    if (!fd.ok()) return failure(fd.error());
    Answer out;
    out.descriptors.push_back(std::move(fd).value());
    return out;
}

Answer of_status(const Status& status) {
    return status.ok() ? Answer{} : failure(status.error());
}

std::vector<std::string> pieces_of(std::string_view text) {
    std::vector<std::string> out;
    for (const std::string_view piece : split(text, '\0')) out.emplace_back(piece);
    return out;
}

class Broker {
  public:
    Broker(const Config& config, UniqueFd doorbell)
        : config_(config),
          direct_(config),
          directories_(queue_directories(config)),
          doorbell_(std::move(doorbell)) {}

    Exit run();

  private:
    using Packet = BrokerPacket<BrokerRequest>;

    Status watch(int fd);
    void welcome();
    void hang_up(int fd);
    void serve(int fd);
    void reap();
    Answer answer(const Packet& packet, int fd);
    Answer queue_request(const Packet& packet);
    Answer start_mailer(const Packet& packet);
    Answer wait_mailer(const Packet& packet, int fd);
    Answer user_file(const Packet& packet);
    Answer open_map(const Packet& packet);
    Answer connect_map(const Packet& packet);
    Answer password(const Packet& packet, int fd);
    Answer password_answer(const Packet& packet);
    void send(int fd, const Answer& answer);
    void log_totals() const;

    const Config& config_;
    DirectPrivileged direct_;
    std::vector<std::string> directories_;
    UniqueFd doorbell_;
    UniqueFd poll_;
    std::unordered_map<int, UniqueFd> channels_;
    std::set<pid_t> mailers_;             // running ones
    std::map<pid_t, BrokerReply> ended_;  // not asked for yet
    std::map<pid_t, int> waiters_;
    long requests_ = 0;
};

Status Broker::watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(poll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) {
        return os_error("epoll_ctl", errno);
    }
    return {};
}

// Closing alone does not end the watch while a child has the same channel open: its events would
// go on under a number that another channel may have by then.
void Broker::hang_up(int fd) {
    static_cast<void>(::epoll_ctl(poll_.get(), EPOLL_CTL_DEL, fd, nullptr));
    channels_.erase(fd);
}

void Broker::send(int fd, const Answer& answer) {
    std::vector<int> raw;
    for (const UniqueFd& descriptor : answer.descriptors) raw.push_back(descriptor.get());
    const Status sent = send_packet(fd, &answer.record, sizeof answer.record, answer.text, raw);
    if (!sent.ok()) hang_up(fd);
}

// A process introduces itself: its own channel comes as a descriptor.
void Broker::welcome() {
    Packet packet;
    const auto got = receive_packet(doorbell_.get(), &packet.record, sizeof packet.record,
                                    &packet.text, &packet.descriptors);
    if (!got.ok() || !*got) {
        doorbell_.reset();  // nobody is left who could ring
        return;
    }
    if (packet.record.op != BrokerOp::kHello || packet.descriptors.size() != 1) return;
    const int fd = packet.descriptors.front().get();
    if (!watch(fd).ok()) return;
    channels_[fd] = std::move(packet.descriptors.front());
}

Answer Broker::queue_request(const Packet& packet) {
    const BrokerRequest& ask = packet.record;
    if (ask.number < 0 || static_cast<std::size_t>(ask.number) >= directories_.size()) {
        return refused("queue directory");
    }
    const std::string& directory = directories_[static_cast<std::size_t>(ask.number)];
    QueueFiles& files = direct_queue_files();
    if (ask.op == BrokerOp::kQueueDirectory) {
        return with_descriptor(files.open(directory, ".", O_RDONLY | O_DIRECTORY, 0));
    }
    const std::vector<std::string> names = pieces_of(packet.text);
    const auto allowed = [&ask](std::string_view name) {
        const bool part = name == "qf" || name == "df" || name == "xf";
        return (ask.op == BrokerOp::kQueueStat && part) || is_queue_file_name(name);
    };
    if (!std::all_of(names.begin(), names.end(), allowed)) {
        return refused("queue file name");
    }
    const bool two = ask.op == BrokerOp::kQueueLink || ask.op == BrokerOp::kQueueRename;
    if (names.size() != (two ? 2U : 1U)) return refused("number of names");
    switch (ask.op) {
        case BrokerOp::kQueueOpen:
            if ((ask.flags & ~kAllowedOpenFlags & ~O_CLOEXEC & ~O_NOFOLLOW) != 0) {
                return refused("open flags");
            }
            return with_descriptor(files.open(directory, names[0], ask.flags, ask.mode & 0666));
        case BrokerOp::kQueueLink:
            return of_status(files.link(directory, names[0], names[1]));
        case BrokerOp::kQueueRename:
            return of_status(files.rename(directory, names[0], names[1]));
        case BrokerOp::kQueueUnlink:
            return of_status(files.unlink(directory, names[0]));
        default:
            return with_descriptor(files.open(directory, names[0], O_PATH, 0));
    }
}

Answer Broker::start_mailer(const Packet& packet) {
    const BrokerRequest& ask = packet.record;
    if (ask.number < 0 || static_cast<std::size_t>(ask.number) >= config_.mailers.size()) {
        return refused("mailer number");
    }
    const MailerSpec& mailer = *config_.mailers[static_cast<std::size_t>(ask.number)];
    if (mailer.path.empty() || mailer.path.front() != '/') return refused("mailer is no program");
    std::vector<std::string> words = pieces_of(packet.text);
    if (words.size() < 3) return refused("mailer arguments");
    Credentials user{ask.uid, ask.gid, {}};
    if (!words[0].empty()) user.groups_of = words[0];
    const std::vector<std::string> argv(words.begin() + 2, words.end());
    auto started = direct_.start_mailer(mailer, argv, user, words[1]);
    if (!started.ok()) return failure(started.error());
    Answer out;
    out.record.number = started->pid;
    mailers_.insert(started->pid);
    out.descriptors.push_back(std::move(started->to_program));
    out.descriptors.push_back(std::move(started->from_program));
    return out;
}

Answer Broker::wait_mailer(const Packet& packet, int fd) {
    const auto pid = static_cast<pid_t>(packet.record.number);
    if (const auto done = ended_.find(pid); done != ended_.end()) {
        Answer out;
        out.record = done->second;
        ended_.erase(done);
        return out;
    }
    if (!mailers_.contains(pid)) return refused("no such mailer");
    waiters_[pid] = fd;
    Answer out;
    out.later = true;
    return out;
}

void Broker::reap() {
    while (const std::optional<ChildStatus> child = reap_any()) {
        if (mailers_.erase(child->pid) == 0) continue;
        BrokerReply reply;
        reply.number = child->exit_code;
        reply.signal = child->signal;
        const auto waiter = waiters_.find(child->pid);
        if (waiter == waiters_.end()) {
            ended_[child->pid] = reply;
            continue;
        }
        Answer out;
        out.record = reply;
        if (channels_.contains(waiter->second)) send(waiter->second, out);
        waiters_.erase(waiter);
    }
}

Answer Broker::user_file(const Packet& packet) {
    const BrokerRequest& ask = packet.record;
    const std::vector<std::string> words = pieces_of(packet.text);
    if (words.size() != 2 || words[1].empty() || words[1].front() != '/') {
        return refused("file name");
    }
    Credentials user{ask.uid, ask.gid, {}};
    if (!words[0].empty()) user.groups_of = words[0];
    if (ask.op == BrokerOp::kOpenDeliveryFile) {
        return with_descriptor(direct_.open_delivery_file(words[1], user));
    }
    const auto kind = ask.number == 0 ? UserFileKind::kForward : UserFileKind::kInclude;
    auto file = direct_.open_user_file(kind, words[1], user);
    if (!file.ok()) return failure(file.error());
    Answer out = with_descriptor(std::move(file->fd));
    out.record.number = file->safe_directory ? 0 : 1;
    return out;
}

Answer Broker::password_answer(const Packet& packet) {
    const std::vector<std::string> words = pieces_of(packet.text);
    const bool check = packet.record.op == BrokerOp::kCheckPassword;
    if (words.size() != (check ? 3U : 2U)) return refused("password request");
    Answer out;
    if (check) {
        const auto good = direct_.check_password(words[0], words[1], words[2]);
        if (!good.ok()) return failure(good.error());
        out.record.number = *good ? 1 : 0;
        return out;
    }
    const auto secret = direct_.password_secret(words[0], words[1]);
    if (!secret.ok()) return failure(secret.error());
    out.record.number = secret->has_value() ? 1 : 0;
    out.text = secret->value_or("");
    return out;
}

// PAM and saslauthd take their time: a child asks them and answers.
Answer Broker::password(const Packet& packet, int fd) {
    static_cast<void>(prepare_sasl_server(sasl_paths(config_)));
    const auto child = spawn([this, &packet, fd] {
        send(fd, password_answer(packet));
        return Exit::kOk;
    });
    if (!child.ok()) return failure(child.error());
    Answer out;
    out.later = true;
    return out;
}

Answer Broker::open_map(const Packet& packet) {
    const BrokerRequest& ask = packet.record;
    if (ask.number == kFileBesideKeys) {
        return is_beside_key_files(config_, packet.text)
                   ? with_descriptor(open_file(packet.text, O_RDONLY))
                   : refused("file of tls_srv_features");
    }
    if (ask.number == kAuthInfoFile) {
        const std::string path = expand_macros(config_.options.default_auth_info, config_.macros);
        return path.empty() ? refused("DefaultAuthInfo")
                            : with_descriptor(open_file(path, O_RDONLY));
    }
    if (ask.number == kClientKeyFile) {
        const std::vector<std::string> files = client_key_files(config_);
        if (ask.flags < 0 || static_cast<std::size_t>(ask.flags) >= files.size()) {
            return refused("ClientKeyFile");
        }
        return with_descriptor(open_file(files[static_cast<std::size_t>(ask.flags)], O_RDONLY));
    }
    if (ask.number == kSupportFile) {
        const auto kind = static_cast<FileKind>(ask.flags);
        if (std::find(kSupportFiles.begin(), kSupportFiles.end(), kind) == kSupportFiles.end()) {
            return refused("kind of file");
        }
        auto file = open_checked(config_.options, kind, support_file(config_, kind),
                                 kind == FileKind::kStatistics ? O_RDWR : O_RDONLY);
        return file.ok() ? with_descriptor(std::move(file->fd)) : failure(file.error());
    }
    const std::vector<Map*> maps = config_.maps().all();
    if (ask.number < 0 || static_cast<std::size_t>(ask.number) >= maps.size()) {
        return refused("map number");
    }
    const auto files = maps[static_cast<std::size_t>(ask.number)]->files();
    if (ask.flags < 0 || static_cast<std::size_t>(ask.flags) >= files.size()) {
        return refused("file of a map");
    }
    return with_descriptor(open_map_file(config_.options, config_.maps().environment(),
                                         files[static_cast<std::size_t>(ask.flags)]));
}

Answer Broker::connect_map(const Packet& packet) {
    const std::vector<Map*> maps = config_.maps().all();
    const std::int32_t number = packet.record.number;
    if (number < 0 || static_cast<std::size_t>(number) >= maps.size()) return refused("map number");
    const std::string path = maps[static_cast<std::size_t>(number)]->unix_socket();
    if (path.empty()) return refused("map without a UNIX socket");
    return with_descriptor(config_.maps().environment().connect_to(
        cat("unix:", path), Deadline::in(std::chrono::seconds(1))));
}

Answer Broker::answer(const Packet& packet, int fd) {
    switch (packet.record.op) {
        case BrokerOp::kQueueOpen:
        case BrokerOp::kQueueLink:
        case BrokerOp::kQueueRename:
        case BrokerOp::kQueueUnlink:
        case BrokerOp::kQueueStat:
        case BrokerOp::kQueueDirectory:
            return queue_request(packet);
        case BrokerOp::kStartMailer:
            return start_mailer(packet);
        case BrokerOp::kWaitMailer:
            return wait_mailer(packet, fd);
        case BrokerOp::kOpenUserFile:
        case BrokerOp::kOpenDeliveryFile:
            return user_file(packet);
        case BrokerOp::kConnectFilter:
            return with_descriptor(direct_.connect_filter(packet.record.number,
                                                          Deadline::in(std::chrono::seconds(5))));
        case BrokerOp::kCheckPassword:
        case BrokerOp::kPasswordSecret:
            return password(packet, fd);
        case BrokerOp::kOpenMap:
            return open_map(packet);
        case BrokerOp::kConnectMap:
            return connect_map(packet);
        case BrokerOp::kOpenHostStatus:
            return with_descriptor(direct_.open_host_status(packet.text, packet.record.flags != 0));
        case BrokerOp::kHello:
            break;
    }
    return refused("unknown request");
}

void Broker::serve(int fd) {
    Packet packet;
    const auto got = receive_packet(fd, &packet.record, sizeof packet.record, &packet.text,
                                    &packet.descriptors, false);
    if (!got.ok() && got.error().sys_errno == EAGAIN) return;  // the event was of its predecessor
    if (!got.ok() || !*got) {
        std::erase_if(waiters_, [fd](const auto& entry) { return entry.second == fd; });
        hang_up(fd);
        return;
    }
    ++requests_;
    const Answer reply = answer(packet, fd);
    if (!reply.later) send(fd, reply);
}

// For bench/load: what separating the rights costs.
void Broker::log_totals() const {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto milliseconds = [](const timeval& time) {
        return time.tv_sec * 1000 + time.tv_usec / 1000;
    };
    log_at(10, LogPriority::kInfo,
           cat("broker: requests=", requests_,
               ", cpu=", milliseconds(used.ru_utime) + milliseconds(used.ru_stime), "ms"));
}

Exit Broker::run() {
    reset_signals();
    if (!SignalSet::watch({SIGCHLD}).ok()) return Exit::kOsErr;
    ::signal(SIGTERM, SIG_IGN);  // it ends when the last process that may ask has ended
    ::signal(SIGHUP, SIG_IGN);
    ::signal(SIGINT, SIG_IGN);
    if (!forbid_core_dump().ok()) return Exit::kOsErr;
    set_process_title("broker");
    poll_.reset(::epoll_create1(EPOLL_CLOEXEC));
    if (!poll_.valid() || !watch(doorbell_.get()).ok() || !watch(SignalSet::wake_fd()).ok()) {
        return Exit::kOsErr;
    }
    std::array<epoll_event, 64> events{};
    while (doorbell_.valid() || !channels_.empty() || !mailers_.empty()) {
        const int count =
            ::epoll_wait(poll_.get(), events.data(), static_cast<int>(events.size()), -1);
        for (int i = 0; i < count; ++i) {
            const int fd = events[static_cast<std::size_t>(i)].data.fd;
            if (fd == SignalSet::wake_fd()) {
                SignalSet::drain();
                reap();
            } else if (doorbell_.valid() && fd == doorbell_.get()) {
                welcome();
            } else if (channels_.contains(fd)) {
                serve(fd);
            }
        }
    }
    log_totals();
    return Exit::kOk;
}

}  // namespace

std::vector<std::string> queue_directories(const Config& config) {
    std::vector<std::string> out;
    for (const QueueGroupSpec& group : config.queue_groups) {
        for (const std::string& directory : group.directories) {
            for (const std::string_view part : {"", "/qf", "/df", "/xf"}) {
                std::string path = cat(directory, part);
                if (std::find(out.begin(), out.end(), path) == out.end()) {
                    out.push_back(std::move(path));
                }
            }
        }
    }
    return out;
}

Result<BrokerDoor> start_broker(const Config& config) {
    SM_TRY(SocketPair pair, make_socket_pair(true));
    const int inner = pair.first.get();
    const int outer = pair.second.get();
    SM_TRY(const pid_t pid, spawn([&config, inner, outer] {
               ::close(outer);
               Broker broker(config, UniqueFd(inner));
               return broker.run();
           }));
    BrokerDoor door;
    door.doorbell = std::move(pair.second);
    door.pid = pid;
    return door;
}

}  // namespace sm
