#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cerrno>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/queue/job_impl.h"
#include "sendmail/queue/qf_codec.h"

namespace sm {
namespace {

std::vector<std::string> saved_macros(const Config& config, const MacroScope& macros) {
    std::vector<std::string> names = standard_saved_macros();
    for (const auto& [name, value] : macros.own()) {
        const bool persistent = config.in_class("persistentMacros", name) ||
                                config.in_class("persistentMacros", cat('{', name, '}'));
        bool listed = false;
        for (const std::string& known : names) listed = listed || known == name;
        if (persistent && !listed) names.push_back(name);
    }
    return names;
}

std::string control_text(const Config& config, const QueuePlace& place, const Envelope& envelope,
                         const std::string& body_directory) {
    QfExtras extras;
    extras.body_octets = envelope.body_size;
    if (body_directory != place.body) extras.body_directory = body_directory;
    struct stat info {};
    if (envelope.body_fd.valid() && ::fstat(envelope.body_fd.get(), &info) == 0) {
        extras.body_place =
            QfExtras::BodyPlace{major(info.st_dev), minor(info.st_dev), info.st_ino};
    }
    return encode_qf(envelope, extras, saved_macros(config, envelope.macros));
}

}  // namespace

mode_t queue_file_mode(const Config& config) {
    constexpr mode_t kGroupAccess = 0060;
    const auto mode = static_cast<mode_t>(config.options.queue_file_mode);
    return config.options.use_msp ? (mode | kGroupAccess) : mode;
}

Status apply_mode(int fd, mode_t mode) {
    constexpr mode_t kNotOwner = 0077;
    if ((mode & kNotOwner) == 0) return {};
    if (::fchmod(fd, mode) != 0) return os_error("fchmod of a queue file", errno);
    return {};
}

Result<UniqueFd> write_temporary(QueueFiles& files, const Config& config, const QueuePlace& place,
                                 const Envelope& envelope, const std::string& body_directory) {
    const std::string name = queue_file_name("tf", envelope.id);
    const mode_t mode = queue_file_mode(config);
    constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL;
    auto opened = files.open(place.control, name, kFlags, mode);
    if (!opened.ok() && opened.error().sys_errno == EEXIST) {
        // Left by a writer that died: ours is the id (its df or the lock of its qf), so no other
        // writer of this name can be alive.
        SM_CHECK_OK(files.unlink(place.control, name));
        opened = files.open(place.control, name, kFlags, mode);
    }
    SM_TRY(UniqueFd fd, std::move(opened));
    const auto fill = [&]() -> Status {
        SM_CHECK_OK(apply_mode(fd.get(), mode));
        SM_TRY(const bool locked, try_lock(fd.get(), LockMode::kExclusive));
        if (!locked) return make_error(Exit::kTempFail, cat(name, ": locked by another process"));
        return write_all(fd.get(), control_text(config, place, envelope, body_directory));
    };
    if (Status filled = fill(); !filled.ok()) {
        static_cast<void>(files.unlink(place.control, name));
        return std::move(filled).error();
    }
    return fd;
}

Job::Job(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Job::Job(Job&&) noexcept = default;
Job& Job::operator=(Job&&) noexcept = default;
Job::~Job() = default;

const std::string& Job::directory() const {
    return impl_->place.base;
}

Status Job::rewrite() {
    SM_CHECK(!impl_->gone);
    QueueFiles& files = *impl_->files;
    const std::string wanted = envelope.quarantine_reason.empty() ? "qf" : "hf";
    // Into quarantine: the name first, so that at no time a deliverable name has a held content.
    if (impl_->prefix == "qf" && wanted == "hf") {
        SM_CHECK_OK(files.rename(impl_->place.control, impl_->control_name(envelope.id),
                                 queue_file_name("hf", envelope.id)));
        impl_->prefix = "hf";
    }
    if (!impl_->body_flushed) {
        SM_CHECK_OK(sync_fd(envelope.body_fd.get(), envelope.body_path));
        impl_->body_flushed = true;
    }
    SM_TRY(UniqueFd fresh,
           write_temporary(files, *impl_->config, impl_->place, envelope, impl_->body_directory));
    const std::string temporary = queue_file_name("tf", envelope.id);
    Status named = sync_fd(fresh.get(), temporary);
    if (named.ok()) {
        named = files.rename(impl_->place.control, temporary, impl_->control_name(envelope.id));
    }
    if (!named.ok()) {
        static_cast<void>(files.unlink(impl_->place.control, temporary));
        return named;
    }
    impl_->control = std::move(fresh);  // gives the lock of the replaced file back
    if (impl_->prefix == "hf" && wanted == "qf") {
        SM_CHECK_OK(files.rename(impl_->place.control, impl_->control_name(envelope.id),
                                 queue_file_name("qf", envelope.id)));
        impl_->prefix = "qf";
    }
    if (!impl_->config->options.requires_dirfsync) return {};
    return files.sync_directory(impl_->place.control);
}

std::string_view prefix_of(JobKind kind) {
    switch (kind) {
        case JobKind::kQuarantined:
            return "hf";
        case JobKind::kLost:
            return "Qf";
        case JobKind::kNormal:
            break;
    }
    return "qf";
}

Status Job::remove() {
    SM_CHECK(!impl_->gone);
    QueueFiles& files = *impl_->files;
    // A job without df must not exist: the control file goes first.
    SM_CHECK_OK(files.unlink(impl_->place.control, impl_->control_name(envelope.id)));
    impl_->gone = true;
    Status removed = files.unlink(impl_->body_directory, queue_file_name("df", envelope.id));
    if (!removed.ok() && removed.error().sys_errno != ENOENT) return removed;
    return {};
}

Status Job::mark_lost() {
    SM_CHECK(!impl_->gone);
    SM_CHECK_OK(impl_->files->rename(impl_->place.control, impl_->control_name(envelope.id),
                                     queue_file_name("Qf", envelope.id)));
    impl_->gone = true;
    return {};
}

Status Job::flush() {
    if (impl_->gone || impl_->body_flushed) return {};
    SM_CHECK_OK(sync_fd(envelope.body_fd.get(), envelope.body_path));
    SM_CHECK_OK(sync_fd(impl_->control.get(), impl_->control_name(envelope.id)));
    impl_->body_flushed = true;
    if (!impl_->config->options.requires_dirfsync) return {};
    SM_CHECK_OK(impl_->files->sync_directory(impl_->place.control));
    if (impl_->body_directory == impl_->place.control) return {};
    return impl_->files->sync_directory(impl_->body_directory);
}

}  // namespace sm
