#include "sendmail/stats/stats_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "libcf/file_safety.h"
#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::chrono::seconds kLockWait{5};

bool has_room(int mailer) {
    return mailer >= 0 && mailer < static_cast<int>(kStatsMailers);
}

void count(StatsRecord::PerMailer& column, int mailer, std::int64_t amount) {
    if (has_room(mailer)) column[static_cast<std::size_t>(mailer)] += amount;
}

Status write_record(int fd, const std::string& data) {
    std::size_t done = 0;
    while (done < data.size()) {
        const ssize_t written =
            ::pwrite(fd, data.data() + done, data.size() - done, static_cast<off_t>(done));
        if (written < 0) {
            if (errno == EINTR) continue;
            return os_error("statistics file", errno);
        }
        done += static_cast<std::size_t>(written);
    }
    return {};
}

Status add_to_file(int fd, StatsRecord* counts, const Clock& clock) {
    if (::lseek(fd, 0, SEEK_SET) < 0) return os_error("statistics file", errno);
    SM_TRY(const std::string data, read_all(fd));
    StatsRecord total;
    const StatsProblem problem = decode_stats(data, &total);
    if (problem == StatsProblem::kEmpty) {
        total.since = clock.now();
    } else if (problem != StatsProblem::kNone) {
        return make_error(Exit::kOsFile, "not a statistics file");
    }
    total.add(*counts);
    SM_CHECK_OK(write_record(fd, encode_stats(total)));
    *counts = StatsRecord{};
    return {};
}

}  // namespace

void Statistics::message_from(int mailer, std::int64_t octets) {
    count(counts_.messages_from, mailer, 1);
    count(counts_.kbytes_from, mailer, stats_kbytes(octets));
}

void Statistics::message_to(int mailer, std::int64_t octets) {
    count(counts_.messages_to, mailer, 1);
    count(counts_.kbytes_to, mailer, stats_kbytes(octets));
}

void Statistics::rejected(int mailer) {
    count(counts_.rejected, mailer, 1);
}
void Statistics::discarded(int mailer) {
    count(counts_.discarded, mailer, 1);
}
void Statistics::quarantined(int mailer) {
    count(counts_.quarantined, mailer, 1);
}

Status Statistics::post(int fd, const Clock& clock) {
    if (!counts_.has_counts()) return {};
    SM_TRY(const bool locked, lock_until(fd, LockMode::kExclusive, Deadline::in(kLockWait)));
    if (!locked) return make_error(Exit::kTempFail, "statistics file: locked");
    Status added = add_to_file(fd, &counts_, clock);
    unlock(fd);
    return added;
}

Status Statistics::post(const Config& config, const Clock& clock) {
    const std::string& path = config.options.status_file;
    if (path.empty() || !counts_.has_counts()) return {};
    auto opened = open_support_file(config, FileKind::kStatistics);
    if (!opened.ok()) {
        Error error = std::move(opened).error();
        if (error.code == Exit::kNoInput) return {};
        error.text = cat(path, ": ", error.text);
        return error;
    }
    return post(opened->get(), clock);
}

}  // namespace sm
