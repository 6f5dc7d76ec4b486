#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/queue/job_impl.h"
#include "sendmail/queue/locked_inodes.h"
#include "sendmail/queue/qf_codec.h"
#include "sendmail/queue/queue_store.h"

namespace sm {
namespace {

constexpr std::size_t kMaxForHost = 1U << 20;

using InodeSet = std::set<std::pair<dev_t, ino_t>>;

// "<user@Host.Example>" -> "host.example"; "" without a host.
std::string host_of(std::string_view address) {
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos) return {};
    const std::string_view rest = address.substr(at + 1);
    return lower(rest.substr(0, rest.find('>')));
}

void fill_from_text(JobSummary& job, const std::string& text, const Config& config) {
    Envelope envelope;
    QfExtras extras;
    const Status decoded = decode_qf(text, &envelope, &extras);
    job.readable = decoded.ok();
    job.created = envelope.created;
    job.last_attempt = envelope.last_attempt;
    job.attempts = envelope.attempts;
    job.priority = envelope.priority;
    job.sender = envelope.sender;
    job.quarantine_reason = envelope.quarantine_reason;
    job.status_text = envelope.status_text;
    job.body_type = envelope.body_type;
    job.warning_sent = envelope.warning_sent;
    derive_from_headers(envelope, config);
    job.message_class = envelope.message_class;
    for (const Recipient& recipient : envelope.recipients) {
        JobSummary::Address out;
        out.address = recipient.address;
        out.status_text = recipient.status_text;
        if (recipient.controlling_user) {
            const ControllingUser& user = *recipient.controlling_user;
            out.controller = cat(user.name, ':', user.uid, ':', user.gid, ':', user.alias);
        }
        job.addresses.push_back(std::move(out));
        job.recipients.push_back(recipient.address);
    }
    if (!job.recipients.empty()) job.first_host = host_of(job.recipients.front());
}

// False: the file is gone.
bool summarize(JobSummary& job, QueueFiles& files, const QueuePlace& place, const Config& config,
               const InodeSet* locks) {
    const std::string name = queue_file_name(prefix_of(job.kind), job.id);
    const auto opened = files.open(place.control, name, O_RDONLY | O_NONBLOCK, 0);
    if (!opened.ok()) {
        if (opened.error().sys_errno == ENOENT) return false;
        job.readable = false;
        return true;
    }
    struct stat info {};
    if (::fstat(opened.value().get(), &info) != 0 || !S_ISREG(info.st_mode)) {
        job.readable = false;
        return true;
    }
    job.modified = info.st_mtime;
    job.empty = info.st_size == 0;
    if (job.empty) {
        // Sorted as a job made when the file was.
        job.created = info.st_mtime;
        job.priority = info.st_mtime;
        job.readable = false;
    }
    const auto text = read_all(opened.value().get());
    if (text.ok() && !job.empty) {
        fill_from_text(job, text.value(), config);
    } else {
        job.readable = false;
    }
    if (locks == nullptr) return true;
    job.locked = locks->contains({info.st_dev, info.st_ino});
    const auto body = files.stat(place.body, queue_file_name("df", job.id));
    job.body_size = body.ok() ? body.value().st_size : -1;
    return true;
}

}  // namespace

Result<std::vector<JobSummary>> QueueStore::scan_directory(const std::string& directory,
                                                           JobKind kind, ScanDetail detail) {
    const QueuePlace& place = layout_.place(directory);
    SM_TRY(const std::vector<std::string> names, files_->list(place.control));
    InodeSet locks;
    if (detail == ScanDetail::kListing) locks = locked_inodes();
    std::vector<JobSummary> jobs;
    for (const std::string& name : names) {
        if (name.compare(0, 2, prefix_of(kind)) != 0) continue;
        JobSummary job;
        job.id = QueueId(std::string_view(name).substr(2));
        if (!job.id.valid()) continue;
        job.directory = directory;
        job.kind = kind;
        if (summarize(job, *files_, place, *config_,
                      detail == ScanDetail::kListing ? &locks : nullptr)) {
            jobs.push_back(std::move(job));
        }
    }
    return jobs;
}

std::string QueueStore::first_host(const QueueId& id, const std::string& directory) {
    const std::vector<std::string> known = directories("");
    if (std::find(known.begin(), known.end(), directory) == known.end()) return {};
    const auto opened = files_->open(layout_.place(directory).control, queue_file_name("qf", id),
                                     O_RDONLY | O_NONBLOCK, 0);
    if (!opened.ok()) return {};
    const auto text = read_all(opened.value().get(), kMaxForHost);
    if (!text.ok()) return {};
    std::string_view rest = text.value();
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        const std::string_view line = rest.substr(0, end);
        if (line.starts_with('R')) return host_of(line);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return {};
}

Result<std::vector<JobSummary>> QueueStore::scan(std::string_view group, JobKind kind,
                                                 ScanDetail detail) {
    std::vector<JobSummary> all;
    Error last = make_error(Exit::kConfig, "no queue directory");
    bool any = false;
    for (const std::string& directory : directories(group)) {
        auto part = scan_directory(directory, kind, detail);
        if (!part.ok()) {
            last = std::move(part).error();
            log_queue_directory_failed(directory, last.text);
            continue;
        }
        any = true;
        for (JobSummary& job : part.value()) all.push_back(std::move(job));
    }
    if (!any) return last;
    return all;
}

}  // namespace sm
