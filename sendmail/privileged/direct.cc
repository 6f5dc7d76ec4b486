#include "sendmail/privileged/direct.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "libcf/security_setup.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/privileged/identity.h"

namespace sm {
namespace {

std::vector<std::string> mailer_environment(const Config& config) {
    std::vector<std::string> out = config.environment;
    out.emplace_back("AGENT=sendmail");
    if (const char* zone = std::getenv("TZ")) out.push_back(cat("TZ=", zone));
    return out;
}

Error unsafe(const std::string& path, std::string_view why) {
    return make_error(Exit::kNoPerm, cat(path, ": ", why));
}

Error open_error(const std::string& path, int number) {
    Error error = os_error(path, number);
    if (number == ENOENT || number == ENOTDIR) error.code = Exit::kNoInput;
    if (number == EACCES || number == EPERM || number == ELOOP) error.code = Exit::kNoPerm;
    if (error.code == Exit::kOsErr) error.code = Exit::kTempFail;
    return error;
}

// The rights of a file that says where mail goes: its owner and nobody else may write it, unless
// DontBlameSendmail allows more.
Status check_user_file(const Config& config, UserFileKind kind, const std::string& path,
                       const struct stat& info, uid_t owner) {
    const BlameSet& blame = config.options.dont_blame_sendmail;
    const std::string what = kind == UserFileKind::kForward ? "ForwardFile" : "IncludeFile";
    if (!S_ISREG(info.st_mode)) return unsafe(path, "not a regular file");
    if ((info.st_mode & S_IWGRP) != 0 && !blame.has(cat("GroupWritable", what))) {
        return unsafe(path, "Group writable file");
    }
    if ((info.st_mode & S_IWOTH) != 0 && !blame.has(cat("WorldWritable", what))) {
        return unsafe(path, "World writable file");
    }
    const bool own = info.st_uid == owner || info.st_uid == 0;
    if (kind == UserFileKind::kForward && !own) return unsafe(path, "Permission denied");
    return {};
}

Result<UniqueFd> connect_unix(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return unsafe(path, "name too long for a socket");
    std::memcpy(address.sun_path, path.data(), path.size());
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return os_error("socket", errno);
    // sockaddr is the type that connect(2) takes for every family.
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        return os_error(path, errno);
    }
    return fd;
}

}  // namespace

Result<StartedMailer> DirectPrivileged::start_mailer(const MailerSpec& mailer,
                                                     const std::vector<std::string>& argv,
                                                     const Credentials& user,
                                                     std::string_view home) {
    SM_TRY(Pipe input, make_pipe());
    SM_TRY(Pipe output, make_pipe());
    ExecSpec spec;
    spec.path = mailer.path;
    spec.argv = argv;
    spec.environment = mailer_environment(config_);
    if (::geteuid() == 0) spec.credentials = mailer_identity(config_, mailer, user);
    MacroScope scope(&config_.macros);
    scope.set("z", home);
    for (const std::string& directory : mailer.directories) {
        const std::string expanded = expand_macros(directory, scope);
        if (!expanded.empty()) spec.directories.push_back(expanded);
    }
    if (!mailer.root.empty()) spec.chroot_to = expand_macros(mailer.root, scope);
    spec.nice = mailer.nice;
    spec.stdin_fd = input.read_end.get();
    spec.stdout_fd = output.write_end.get();
    spec.stderr_fd = output.write_end.get();
    SM_TRY(const pid_t pid, exec_program(spec));
    StartedMailer started;
    started.pid = pid;
    started.to_program = std::move(input.write_end);
    started.from_program = std::move(output.read_end);
    return started;
}

Result<ChildStatus> DirectPrivileged::wait_mailer(pid_t pid, Deadline deadline) {
    SM_TRY(const std::optional<ChildStatus> ended, wait_child(pid, deadline));
    if (!ended) return Error{Exit::kTempFail, "mailer: timed out", ETIMEDOUT, {}};
    return *ended;
}

Result<UniqueFd> DirectPrivileged::open_user_file(UserFileKind kind, const std::string& path,
                                                  const Credentials& user) {
    const Credentials who = file_identity(config_, user, path);
    const UserScope as(who);
    if (!as.ok()) return make_error(Exit::kTempFail, "cannot take the user's identity");
    UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd.valid()) return open_error(path, errno);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return open_error(path, errno);
    SM_CHECK_OK(check_user_file(config_, kind, path, info, who.uid));
    return fd;
}

Result<UniqueFd> DirectPrivileged::open_delivery_file(const std::string& path,
                                                      const Credentials& user) {
    const Credentials who = file_identity(config_, user, path);
    const UserScope as(who);
    if (!as.ok()) return make_error(Exit::kTempFail, "cannot take the user's identity");
    const BlameSet& blame = config_.options.dont_blame_sendmail;
    const int links = blame.has("FileDeliveryToSymLink") ? 0 : O_NOFOLLOW;
    UniqueFd fd(::open(path.c_str(),
                       O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | links,
                       0600));
    if (!fd.valid()) return open_error(path, errno);
    struct stat info {};
    if (::fstat(fd.get(), &info) != 0) return open_error(path, errno);
    const bool null_device = path == "/dev/null";
    if (!S_ISREG(info.st_mode) && !null_device) return unsafe(path, "not a regular file");
    if ((info.st_mode & 0111) != 0) return unsafe(path, "executable file");
    if (!null_device && info.st_nlink > 1 && !blame.has("FileDeliveryToHardLink")) {
        return unsafe(path, "hard links not allowed");
    }
    return fd;
}

Result<UniqueFd> DirectPrivileged::connect_filter(int number, Deadline /*deadline*/) {
    const auto index = static_cast<std::size_t>(number);
    if (number < 0 || index >= config_.filters.size()) {
        return make_error(Exit::kConfig, "no such filter");
    }
    const std::string& socket = config_.filters[index].socket;
    const std::size_t colon = socket.find(':');
    const std::string_view family = std::string_view(socket).substr(0, colon);
    if (family == "unix" || family == "local") return connect_unix(socket.substr(colon + 1));
    return make_error(Exit::kUnavailable, "filters on inet sockets: not implemented");
}

Result<bool> DirectPrivileged::check_password(std::string_view user, std::string_view realm,
                                              std::string_view password) {
    SM_CHECK_OK(prepare_sasl_server(sasl_paths(config_)));
    return check_sasl_password(config_.macros.get("j"), realm, user, password);
}

Result<std::optional<std::string>> DirectPrivileged::password_secret(std::string_view user,
                                                                     std::string_view realm) {
    SM_CHECK_OK(prepare_sasl_server(sasl_paths(config_)));
    return look_up_sasl_secret(config_.macros.get("j"), realm, user);
}

}  // namespace sm
