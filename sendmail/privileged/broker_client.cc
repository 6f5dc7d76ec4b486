#include "sendmail/privileged/broker_client.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "libcf/expand_macros.h"
#include "libcf/file_safety.h"
#include "libcf/map_table.h"
#include "libcf/security_setup.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct CloseDir {
    void operator()(DIR* dir) const { ::closedir(dir); }
};

std::string login_of(const Credentials& user) {
    return user.groups_of.value_or("");
}

std::string joined(const std::vector<std::string>& words) {
    return join(words, std::string_view("\0", 1));
}

}  // namespace

Status BrokerChannel::connect() {
    if (channel_.valid() && owner_ == ::getpid()) return {};
    SM_TRY(SocketPair pair, make_socket_pair(true));
    BrokerRequest hello;
    SM_CHECK_OK(send_packet(door_.doorbell.get(), &hello, sizeof hello, "", {pair.second.get()}));
    channel_ = std::move(pair.first);
    owner_ = ::getpid();
    return {};
}

Result<BrokerPacket<BrokerReply>> BrokerChannel::ask(const BrokerRequest& request,
                                                     std::string_view text) {
    SM_CHECK_OK(connect());
    SM_CHECK_OK(send_packet(channel_.get(), &request, sizeof request, text, {}));
    BrokerPacket<BrokerReply> reply;
    SM_TRY(const bool got, receive_packet(channel_.get(), &reply.record, sizeof reply.record,
                                          &reply.text, &reply.descriptors));
    ++requests_;
    if (!got) {
        channel_.reset();
        return Error{Exit::kTempFail, "the broker is gone", EPIPE, {}};
    }
    if (reply.record.failed != 0) {
        return Error{
            static_cast<Exit>(reply.record.exit_code), reply.text, reply.record.sys_errno, {}};
    }
    return reply;
}

Result<UniqueFd> BrokerChannel::ask_descriptor(const BrokerRequest& request,
                                               std::string_view text) {
    SM_TRY(BrokerPacket<BrokerReply> reply, ask(request, text));
    if (reply.descriptors.size() != 1) {
        return Error{Exit::kTempFail, "the broker sent no descriptor", EPROTO, {}};
    }
    return std::move(reply.descriptors.front());
}

Result<StartedMailer> BrokerClient::start_mailer(const MailerSpec& mailer,
                                                 const std::vector<std::string>& argv,
                                                 const Credentials& user, std::string_view home) {
    BrokerRequest request;
    request.op = BrokerOp::kStartMailer;
    request.number = mailer.number;
    request.uid = user.uid;
    request.gid = user.gid;
    std::vector<std::string> words = {login_of(user), std::string(home)};
    words.insert(words.end(), argv.begin(), argv.end());
    SM_TRY(BrokerPacket<BrokerReply> reply, channel_.ask(request, joined(words)));
    if (reply.descriptors.size() != 2) {
        return Error{Exit::kTempFail, "the broker sent no pipes", EPROTO, {}};
    }
    StartedMailer started;
    started.pid = reply.record.number;
    started.to_program = std::move(reply.descriptors[0]);
    started.from_program = std::move(reply.descriptors[1]);
    return started;
}

Result<ChildStatus> BrokerClient::wait_mailer(pid_t pid, Deadline /*deadline*/) {
    BrokerRequest request;
    request.op = BrokerOp::kWaitMailer;
    request.number = pid;
    SM_TRY(const BrokerPacket<BrokerReply> reply, channel_.ask(request, ""));
    ChildStatus status;
    status.pid = pid;
    status.exit_code = reply.record.number;
    status.signal = reply.record.signal;
    return status;
}

Result<UserFile> BrokerClient::open_user_file(UserFileKind kind, const std::string& path,
                                              const Credentials& user) {
    BrokerRequest request;
    request.op = BrokerOp::kOpenUserFile;
    request.number = kind == UserFileKind::kForward ? 0 : 1;
    request.uid = user.uid;
    request.gid = user.gid;
    SM_TRY(BrokerPacket<BrokerReply> reply, channel_.ask(request, joined({login_of(user), path})));
    if (reply.descriptors.size() != 1) {
        return Error{Exit::kTempFail, "the broker sent no descriptor", EPROTO, {}};
    }
    return UserFile{std::move(reply.descriptors.front()), reply.record.number == 0};
}

Result<UniqueFd> BrokerClient::open_delivery_file(const std::string& path,
                                                  const Credentials& user) {
    BrokerRequest request;
    request.op = BrokerOp::kOpenDeliveryFile;
    request.uid = user.uid;
    request.gid = user.gid;
    return channel_.ask_descriptor(request, joined({login_of(user), path}));
}

Result<UniqueFd> BrokerClient::connect_filter(int number, Deadline /*deadline*/) {
    BrokerRequest request;
    request.op = BrokerOp::kConnectFilter;
    request.number = number;
    return channel_.ask_descriptor(request, "");
}

Result<UniqueFd> BrokerClient::open_host_status(std::string_view host, bool write) {
    BrokerRequest request;
    request.op = BrokerOp::kOpenHostStatus;
    request.flags = write ? 1 : 0;
    return channel_.ask_descriptor(request, host);
}

Result<bool> BrokerClient::check_password(std::string_view user, std::string_view realm,
                                          std::string_view password) {
    if (password.find('\0') != std::string_view::npos) return false;
    BrokerRequest request;
    request.op = BrokerOp::kCheckPassword;
    SM_TRY(const BrokerPacket<BrokerReply> reply,
           channel_.ask(request,
                        joined({std::string(user), std::string(realm), std::string(password)})));
    return reply.record.number == 1;
}

Result<std::optional<std::string>> BrokerClient::password_secret(std::string_view user,
                                                                 std::string_view realm) {
    BrokerRequest request;
    request.op = BrokerOp::kPasswordSecret;
    SM_TRY(BrokerPacket<BrokerReply> reply,
           channel_.ask(request, joined({std::string(user), std::string(realm)})));
    if (reply.record.number != 1) return std::optional<std::string>{};
    return std::optional<std::string>(std::move(reply.text));
}

std::function<Result<UniqueFd>(const std::string& path)> make_map_opener(const Config& config,
                                                                         BrokerChannel& channel) {
    return [&config, &channel](const std::string& path) -> Result<UniqueFd> {
        BrokerRequest request;
        request.op = BrokerOp::kOpenMap;
        const std::vector<Map*> maps = config.maps().all();
        for (std::size_t n = 0; n < maps.size(); ++n) {
            const std::vector<std::string> files = maps[n]->files();
            for (std::size_t k = 0; k < files.size(); ++k) {
                if (files[k] != path) continue;
                auto own = open_map_file(config.options, config.maps().environment(), path);
                if (own.ok() || own.error().sys_errno != EACCES) return own;
                request.number = static_cast<std::int32_t>(n);
                request.flags = static_cast<std::int32_t>(k);
                return channel.ask_descriptor(request, "");
            }
        }
        for (const FileKind kind : kSupportFiles) {
            if (path != support_file(config, kind)) continue;
            const int access = kind == FileKind::kStatistics ? O_RDWR : O_RDONLY;
            auto own = open_checked(config.options, kind, path, access);
            if (own.ok()) return std::move(own->fd);
            if (own.error().sys_errno != EACCES) return own.error();
            request.number = kSupportFile;
            request.flags = static_cast<std::int32_t>(kind);
            return channel.ask_descriptor(request, "");
        }
        auto own = open_file(path, O_RDONLY);
        if (own.ok() || own.error().sys_errno != EACCES) return own;
        if (path == expand_macros(config.options.default_auth_info, config.macros)) {
            request.number = kAuthInfoFile;
            return channel.ask_descriptor(request, "");
        }
        const std::vector<std::string> keys = client_key_files(config);
        for (std::size_t k = 0; k < keys.size(); ++k) {
            if (keys[k] != path) continue;
            request.number = kClientKeyFile;
            request.flags = static_cast<std::int32_t>(k);
            return channel.ask_descriptor(request, "");
        }
        if (!is_beside_key_files(config, path)) return own;
        request.number = kFileBesideKeys;
        return channel.ask_descriptor(request, path);
    };
}

std::function<Result<UniqueFd>(std::string_view spec, Deadline)> make_map_connector(
    std::function<Result<UniqueFd>(std::string_view spec, Deadline)> connect, const Config& config,
    BrokerChannel& channel) {
    return [connect = std::move(connect), &config, &channel](
               std::string_view spec, Deadline deadline) -> Result<UniqueFd> {
        auto own = connect(spec, deadline);
        if (own.ok() || own.error().sys_errno != EACCES) return own;
        const std::vector<Map*> maps = config.maps().all();
        for (std::size_t n = 0; n < maps.size(); ++n) {
            const std::string path = maps[n]->unix_socket();
            if (path.empty() || !spec.ends_with(path)) continue;
            BrokerRequest request;
            request.op = BrokerOp::kConnectMap;
            request.number = static_cast<std::int32_t>(n);
            auto made = channel.ask_descriptor(request, "");
            if (!made.ok()) return Error{Exit::kTempFail, "", made.error().sys_errno, {}};
            return made;
        }
        return own;
    };
}

BrokerQueueFiles::BrokerQueueFiles(const Config& config, BrokerChannel& channel)
    : channel_(channel) {
    std::int32_t number = 0;
    for (std::string& directory : queue_directories(config)) {
        numbers_.emplace(std::move(directory), number++);
    }
}

Result<BrokerRequest> BrokerQueueFiles::request(BrokerOp op, const std::string& directory) {
    const auto found = numbers_.find(directory);
    if (found == numbers_.end()) {
        return make_error(Exit::kConfig, cat(directory, ": not a queue directory"));
    }
    BrokerRequest out;
    out.op = op;
    out.number = found->second;
    return out;
}

Result<UniqueFd> BrokerQueueFiles::open(const std::string& directory, const std::string& name,
                                        int flags, mode_t mode) {
    SM_TRY(BrokerRequest ask, request(BrokerOp::kQueueOpen, directory));
    ask.flags = flags;
    ask.mode = mode;
    return channel_.ask_descriptor(ask, name);
}

Status BrokerQueueFiles::two_names(BrokerOp op, const std::string& directory,
                                   const std::string& from, const std::string& to) {
    SM_TRY(const BrokerRequest ask, request(op, directory));
    const auto reply = channel_.ask(ask, joined({from, to}));
    return reply.ok() ? Status() : Status(reply.error());
}

Status BrokerQueueFiles::link(const std::string& directory, const std::string& from,
                              const std::string& to) {
    return two_names(BrokerOp::kQueueLink, directory, from, to);
}

Status BrokerQueueFiles::rename(const std::string& directory, const std::string& from,
                                const std::string& to) {
    return two_names(BrokerOp::kQueueRename, directory, from, to);
}

Status BrokerQueueFiles::unlink(const std::string& directory, const std::string& name) {
    SM_TRY(const BrokerRequest ask, request(BrokerOp::kQueueUnlink, directory));
    const auto reply = channel_.ask(ask, name);
    return reply.ok() ? Status() : Status(reply.error());
}

// Flushing and reading a directory need no rights once it is open.
Result<int> BrokerQueueFiles::directory_fd(const std::string& directory) {
    UniqueFd& known = open_directories_[directory];
    if (!known.valid()) {
        SM_TRY(const BrokerRequest ask, request(BrokerOp::kQueueDirectory, directory));
        SM_TRY(known, channel_.ask_descriptor(ask, ""));
    }
    return known.get();
}

Status BrokerQueueFiles::sync_directory(const std::string& directory) {
    SM_TRY(const int fd, directory_fd(directory));
    return sync_fd(fd, directory);
}

Result<std::vector<std::string>> BrokerQueueFiles::list(const std::string& directory) {
    SM_TRY(const BrokerRequest ask, request(BrokerOp::kQueueDirectory, directory));
    // A descriptor of its own: reading moves its position.
    SM_TRY(UniqueFd fd, channel_.ask_descriptor(ask, ""));
    const std::unique_ptr<DIR, CloseDir> dir(::fdopendir(fd.get()));
    if (dir == nullptr) return os_error(directory, errno);
    static_cast<void>(fd.release());
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(dir.get());
        if (entry == nullptr) break;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") names.emplace_back(name);
    }
    if (errno != 0) return os_error(directory, errno);
    return names;
}

Result<struct stat> BrokerQueueFiles::stat(const std::string& directory, const std::string& name) {
    SM_TRY(const BrokerRequest ask, request(BrokerOp::kQueueStat, directory));
    SM_TRY(const UniqueFd fd, channel_.ask_descriptor(ask, name));
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return os_error(name, errno);
    return info;
}

}  // namespace sm
