#include "sendmail/queue/queue_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libsm/files.h"
#include "libsm/random_id.h"
#include "libsm/strings.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/queue/job_impl.h"

namespace sm {
namespace {

constexpr int kSequences = 3600;  // two base-60 digits
constexpr int kMaxNameAttempts = 100;

bool is_fatal_for_queue(const Error& error) {
    return error.sys_errno == EIO || error.sys_errno == EROFS;
}

bool exists(QueueFiles& files, const std::string& directory, const std::string& name) {
    return files.stat(directory, name).ok();
}

bool control_exists(QueueFiles& files, const QueuePlace& place, const QueueId& id) {
    for (const std::string_view prefix : {"qf", "hf", "Qf"}) {
        if (exists(files, place.control, queue_file_name(prefix, id))) return true;
    }
    return false;
}

// "RFC822; user@host" of recipients as given by the client: what reports call them, whatever
// aliases make of them.
void set_final_recipients(Envelope& envelope, std::string_view own_name) {
    for (Recipient& recipient : envelope.recipients) {
        if (!recipient.final_recipient.empty() || recipient.is_member()) continue;
        std::string_view address = recipient.address;
        if (address.size() > 1 && address.front() == '<' && address.back() == '>') {
            address = address.substr(1, address.size() - 2);
        }
        recipient.final_recipient = cat("RFC822; ", address);
        if (address.find('@') == std::string_view::npos && !own_name.empty()) {
            append(recipient.final_recipient, '@', own_name);
        }
    }
}

}  // namespace

QueueStore::QueueStore(const Config& config, const Clock& clock, QueueFiles& files)
    : config_(&config),
      clock_(&clock),
      files_(&files),
      layout_(files),
      sequence_(static_cast<int>(random_number() % kSequences)) {}

QueueStore::~QueueStore() = default;

QueueId QueueStore::next_id() {
    sequence_ = (sequence_ + 1) % kSequences;
    return QueueId::make(clock_->now(), sequence_, ::getpid());
}

std::vector<std::string> QueueStore::directories(std::string_view group) const {
    std::vector<std::string> out;
    for (const QueueGroupSpec& spec : config_->queue_groups) {
        if (!group.empty() && spec.name != group) continue;
        for (const std::string& directory : spec.directories) {
            if (std::find(out.begin(), out.end(), directory) == out.end()) {
                out.push_back(directory);
            }
        }
    }
    return out;
}

void QueueStore::note_failure(const std::string& directory, const Error& error) {
    if (!is_fatal_for_queue(error)) return;
    if (failed_.insert(directory).second) {
        log_queue_directory_failed(directory, error.text);
    }
}

Result<bool> QueueStore::has_space(std::string_view group, std::int64_t octets) {
    const std::vector<std::string> candidates = directories(group);
    Error last = make_error(Exit::kConfig, "no queue directory");
    bool asked = false;
    for (const std::string& directory : candidates) {
        struct statvfs info {};
        if (::statvfs(directory.c_str(), &info) != 0) {
            last = os_error(directory, errno);
            continue;
        }
        asked = true;
        const auto block = static_cast<std::int64_t>(info.f_bsize);
        const std::int64_t needed =
            octets / std::max<std::int64_t>(block, 1) + config_->options.min_free_blocks;
        if (static_cast<std::int64_t>(info.f_bavail) > needed) return true;
    }
    if (asked) return false;
    return last;
}

// Opens the df; the id is the envelope's own, or the next free one.
Result<UniqueFd> QueueStore::create_body(const QueuePlace& place, Envelope& envelope) {
    const mode_t mode = queue_file_mode(*config_);
    if (!envelope.id.valid()) envelope.id = next_id();
    for (int attempt = 0; attempt < kMaxNameAttempts; ++attempt) {
        if (!control_exists(*files_, place, envelope.id)) {
            auto opened = files_->open(place.body, queue_file_name("df", envelope.id),
                                       O_RDWR | O_CREAT | O_EXCL, mode);
            if (opened.ok()) {
                SM_CHECK_OK(apply_mode(opened.value().get(), mode));
                return opened;
            }
            if (opened.error().sys_errno != EEXIST) return opened;
        }
        envelope.id = next_id();
    }
    return make_error(Exit::kTempFail, "no unused queue id found");
}

Status QueueStore::begin(Envelope& envelope) {
    std::vector<std::string> candidates = directories(envelope.queue_group);
    if (candidates.empty()) candidates = directories("");
    std::erase_if(candidates, [this](const std::string& d) { return failed_.contains(d); });
    if (candidates.empty()) return make_error(Exit::kTempFail, "no usable queue directory");
    // A random directory first, then the others, in case of trouble with one.
    const std::size_t start = random_number() % candidates.size();
    Error last;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const std::string& directory = candidates[(start + i) % candidates.size()];
        const QueuePlace& place = layout_.place(directory);
        auto body = create_body(place, envelope);
        if (body.ok()) {
            envelope.body_fd = std::move(body).value();
            envelope.body_path = cat(place.body, '/', queue_file_name("df", envelope.id));
            envelope.body_size = 0;
            if (envelope.created == 0) envelope.created = clock_->now();
            return {};
        }
        last = std::move(body).error();
        note_failure(directory, last);
    }
    return last;
}

void QueueStore::abandon(Envelope& envelope) {
    if (envelope.body_path.empty()) return;
    envelope.body_fd.reset();
    static_cast<void>(files_->unlink(directory_of(envelope.body_path),
                                     std::string(base_name(envelope.body_path))));
    envelope.body_path.clear();
}

// Gives the locked tf its final name. A control file of that name (which begin() did not see) makes
// the job take another id: never is a job of somebody else replaced.
Status QueueStore::name_job(Job& job, bool* named) {
    Job::Impl& inside = *job.impl_;
    std::string tf = queue_file_name("tf", job.envelope.id);
    for (int attempt = 0; attempt < kMaxNameAttempts; ++attempt) {
        const Status linked =
            files_->link(inside.place.control, tf, inside.control_name(job.envelope.id));
        if (linked.ok()) {
            *named = true;
            return files_->unlink(inside.place.control, tf);
        }
        if (linked.error().sys_errno != EEXIST) return linked;
        const QueueId fresh = next_id();
        const std::string old_body = queue_file_name("df", job.envelope.id);
        const std::string new_body = queue_file_name("df", fresh);
        const Status moved = files_->link(inside.body_directory, old_body, new_body);
        if (!moved.ok()) {
            if (moved.error().sys_errno == EEXIST) continue;
            return moved;
        }
        SM_CHECK_OK(files_->unlink(inside.body_directory, old_body));
        SM_CHECK_OK(files_->rename(inside.place.control, tf, queue_file_name("tf", fresh)));
        tf = queue_file_name("tf", fresh);
        job.envelope.id = fresh;
        job.envelope.body_path = cat(inside.body_directory, '/', new_body);
    }
    return make_error(Exit::kTempFail, "no unused queue id found");
}

Result<Job> QueueStore::commit(Envelope&& envelope, bool flush) {
    SM_CHECK(envelope.body_fd.valid() && envelope.id.valid());
    struct stat info {};
    if (::fstat(envelope.body_fd.get(), &info) != 0) return os_error(envelope.body_path, errno);
    envelope.body_size = info.st_size;
    // The reference would divide a message without this mark by queue groups once more.
    envelope.split = true;
    set_final_recipients(envelope, config_->macros.get("j"));

    auto inside = std::make_unique<Job::Impl>();
    inside->config = config_;
    inside->clock = clock_;
    inside->files = files_;
    inside->body_directory = directory_of(envelope.body_path);
    for (const std::string& base : directories("")) {
        if (layout_.place(base).body == inside->body_directory) inside->place = layout_.place(base);
    }
    if (inside->place.base.empty()) return make_error(Exit::kSoftware, "body outside the queue");
    inside->prefix = envelope.quarantine_reason.empty() ? "qf" : "hf";

    auto written =
        write_temporary(*files_, *config_, inside->place, envelope, inside->body_directory);
    if (!written.ok()) {
        note_failure(inside->place.base, written.error());
        return std::move(written).error();
    }
    inside->control = std::move(written).value();
    Job job(std::move(inside));
    job.envelope = std::move(envelope);
    bool named = false;
    Status done = name_job(job, &named);
    job.impl_->body_flushed = false;
    if (done.ok() && flush) done = job.flush();
    if (!done.ok()) {
        note_failure(job.impl_->place.base, done.error());
        // The client will hear 4xx: nothing deliverable may stay. The control file goes first.
        const std::string& folder = job.impl_->place.control;
        if (named) {
            static_cast<void>(files_->unlink(folder, job.impl_->control_name(job.envelope.id)));
        }
        static_cast<void>(files_->unlink(folder, queue_file_name("tf", job.envelope.id)));
        envelope = std::move(job.envelope);
        return std::move(done).error();
    }
    return job;
}

}  // namespace sm
