// Opening a job: whom to trust, and what to do with the rest. The cases: ../doc/design/queue.md.
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/queue/job_impl.h"
#include "sendmail/queue/qf_codec.h"

namespace sm {
namespace {

constexpr int kMaxReplacements = 5;
constexpr std::size_t kMaxControlFile = 256U << 20;
// How long an unreadable job may still be the unfinished work of somebody else.
constexpr std::int64_t kLostAfterSeconds = 3600;

struct Locked {
    UniqueFd fd;
    struct stat info {};
};

// The control file with its lock; nullopt: gone, or locked by another process.
Result<std::optional<Locked>> lock_control(QueueFiles& files, const std::string& directory,
                                           const std::string& name) {
    for (int attempt = 0; attempt < kMaxReplacements; ++attempt) {
        auto opened = files.open(directory, name, O_RDONLY | O_NONBLOCK, 0);
        if (!opened.ok()) {
            if (opened.error().sys_errno == ENOENT) return std::optional<Locked>();
            return std::move(opened).error();
        }
        Locked out;
        out.fd = std::move(opened).value();
        SM_TRY(const bool locked, try_lock(out.fd.get(), LockMode::kExclusive));
        if (!locked) return std::optional<Locked>();
        if (::fstat(out.fd.get(), &out.info) != 0) return os_error(name, errno);
        const auto named = files.stat(directory, name);
        if (!named.ok()) {
            if (named.error().sys_errno == ENOENT) return std::optional<Locked>();
            return named.error();
        }
        const struct stat& now = named.value();
        if (now.st_dev == out.info.st_dev && now.st_ino == out.info.st_ino) {
            return std::optional<Locked>(std::move(out));
        }
        // Replaced between open and lock: the lock is that of a file without a name.
    }
    return std::optional<Locked>();
}

bool is_bogus(const struct stat& info) {
    return !S_ISREG(info.st_mode) || (info.st_mode & S_IWOTH) != 0;
}

}  // namespace

// A job that is not deliverable. It is logged each time; after an hour (or at once, when nobody can
// be in the middle of writing it) its control file becomes Qf.
std::optional<Job> QueueStore::refuse(Job&& job, std::string_view why, bool at_once) {
    const std::string name = job.impl_->control_name(job.envelope.id);
    log_queue_file_problem(job.envelope.id.str(), why);
    struct stat info {};
    const bool old = ::fstat(job.impl_->control.get(), &info) == 0 &&
                     clock_->now() - info.st_mtime > kLostAfterSeconds;
    if ((old || at_once) && job.impl_->prefix != "Qf") {
        log_queue_file_lost(job.envelope.id.str(), name, why);
        static_cast<void>(job.mark_lost());
    }
    return {};
}

Result<std::optional<Job>> QueueStore::read_locked(std::unique_ptr<Job::Impl> inside,
                                                   const QueueId& id) {
    Job job(std::move(inside));
    Job::Impl& state = *job.impl_;
    job.envelope.id = id;
    job.envelope.macros.set_parent(&config_->macros);
    SM_TRY(const std::string text, read_all(state.control.get(), kMaxControlFile));
    QfExtras extras;
    if (const Status decoded = decode_qf(text, &job.envelope, &extras); !decoded.ok()) {
        job.envelope.id = id;
        const std::string& why = decoded.error().text;
        const std::string context =
            why == kIncompleteQf ? cat("readqf: ./", state.control_name(id), ": ", why) : why;
        return refuse(std::move(job), context, why == kUnsupportedQf);
    }
    if (!extras.body_directory.empty()) {
        bool ours = false;
        for (const std::string& base : directories("")) {
            ours = ours || layout_.place(base).body == extras.body_directory;
        }
        if (!ours) return refuse(std::move(job), "body outside the queue directories", false);
        state.body_directory = extras.body_directory;
    }
    const std::string body = queue_file_name("df", id);
    auto opened = files_->open(state.body_directory, body, O_RDONLY, 0);
    if (!opened.ok()) {
        if (opened.error().sys_errno != ENOENT) return std::move(opened).error();
        return refuse(std::move(job),
                      cat("readqf: cannot open ./", body, ": No such file or directory"), false);
    }
    job.envelope.body_fd = std::move(opened).value();
    struct stat info {};
    if (::fstat(job.envelope.body_fd.get(), &info) != 0) return os_error(body, errno);
    job.envelope.body_size = info.st_size;
    job.envelope.body_path = cat(state.body_directory, '/', body);
    if (extras.body_octets && info.st_size < *extras.body_octets) {
        return refuse(
            std::move(job),
            cat("./", body, ": ", info.st_size, " of ", *extras.body_octets, " octets: cut"),
            false);
    }
    derive_from_headers(job.envelope, *config_);
    for (const QueueGroupSpec& group : config_->queue_groups) {
        if (std::find(group.directories.begin(), group.directories.end(), state.place.base) !=
            group.directories.end()) {
            job.envelope.queue_group = group.name;
            break;
        }
    }
    return std::optional<Job>(std::move(job));
}

Result<std::optional<Job>> QueueStore::open_job(const QueueId& id, std::string_view directory,
                                                JobKind kind) {
    if (!id.valid()) return make_error(Exit::kDataErr, "not a queue id");
    const std::vector<std::string> known = directories("");
    const std::string base(directory);
    if (std::find(known.begin(), known.end(), base) == known.end()) {
        return make_error(Exit::kDataErr, "not a queue directory");
    }
    auto inside = std::make_unique<Job::Impl>();
    inside->config = config_;
    inside->clock = clock_;
    inside->files = files_;
    inside->place = layout_.place(base);
    inside->body_directory = inside->place.body;
    inside->prefix = prefix_of(kind);
    const std::string name = inside->control_name(id);
    SM_TRY(auto locked, lock_control(*files_, inside->place.control, name));
    if (!locked) return std::optional<Job>();
    inside->control = std::move(locked->fd);
    if (is_bogus(locked->info)) {
        log_bogus_queue_file(id.str(), locked->info.st_uid, locked->info.st_gid,
                             locked->info.st_mode);
        Job job(std::move(inside));
        job.envelope.id = id;
        return refuse(std::move(job), "bogus file uid/gid in mqueue", true);
    }
    if (locked->info.st_nlink == 2) {
        // A commit that was killed between naming the job and removing the first name.
        const std::string leftover = queue_file_name("tf", id);
        const auto other = files_->stat(inside->place.control, leftover);
        if (other.ok() && other.value().st_ino == locked->info.st_ino) {
            static_cast<void>(files_->unlink(inside->place.control, leftover));
        }
    }
    return read_locked(std::move(inside), id);
}

}  // namespace sm
