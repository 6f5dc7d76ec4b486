#include "sendmail/privileged/direct.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "libcf/file_safety.h"
#include "libcf/security_setup.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/privileged/host_status_files.h"
#include "sendmail/privileged/identity.h"

namespace sm {
namespace {

// No word about the directory of a .forward that does not exist.
constexpr std::string_view kQuietWord = "DontWarnForwardFileInUnsafeDirPath";

std::vector<std::string> mailer_environment(const Config& config) {
    std::vector<std::string> out = config.environment;
    out.emplace_back("AGENT=sendmail");
    if (const char* zone = std::getenv("TZ")) out.push_back(cat("TZ=", zone));
    return out;
}

Error unsafe(const std::string& path, std::string_view why) {
    return make_error(Exit::kNoPerm, cat(path, ": ", why));
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

bool DirectPrivileged::can_act_as_others() const {
    return ::geteuid() == 0;
}

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

Result<UserFile> DirectPrivileged::open_user_file(UserFileKind kind, const std::string& path,
                                                  const Credentials& user) {
    const Credentials who = file_identity(config_, user, path);
    const UserScope as(who);
    if (!as.ok()) return make_error(Exit::kTempFail, "cannot take the user's identity");
    const FileKind file = kind == UserFileKind::kForward ? FileKind::kForward : FileKind::kInclude;
    const SafeFilePolicy policy = file_policy(config_.options, file, who.uid);
    auto opened = open_safe_file(path, O_RDONLY, 0, policy);
    const bool quiet = config_.options.dont_blame_sendmail.has(kQuietWord);
    if (!opened.ok() && kind == UserFileKind::kForward && quiet &&
        ::faccessat(AT_FDCWD, path.c_str(), F_OK, AT_EACCESS) != 0 && errno == ENOENT) {
        return make_error(Exit::kNoInput, path);
    }
    if (opened.ok()) return UserFile{std::move(opened->fd), opened->unsafe_reason.empty()};
    return std::move(opened).error();
}

Result<UniqueFd> DirectPrivileged::open_delivery_file(const std::string& path,
                                                      const Credentials& user) {
    const Credentials who = file_identity(config_, user, path);
    const UserScope as(who);
    if (!as.ok()) return make_error(Exit::kTempFail, "cannot take the user's identity");
    SafeFilePolicy policy = file_policy(config_.options, FileKind::kDelivery);
    policy.regular_only = !config_.options.safe_file_environment.empty();
    policy.no_executables = true;
    auto opened = open_safe_file(path, O_WRONLY | O_APPEND | O_CREAT, 0600, policy);
    if (opened.ok()) return std::move(opened->fd);
    return std::move(opened).error();
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

Result<UniqueFd> DirectPrivileged::open_host_status(std::string_view host, bool write) {
    return sm::open_host_status(config_.options, host, write);
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
