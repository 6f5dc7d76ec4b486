// mailstats: prints the statistics file of sendmail.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <ctime>
#include <optional>
#include <string>

#include "libsm/files.h"
#include "libsm/strings.h"
#include "mailstats/stats_report.h"

namespace sm {
namespace {

constexpr const char* kMainConfiguration = "/etc/mail/sendmail.cf";
constexpr const char* kSubmissionConfiguration = "/etc/mail/submit.cf";

struct Arguments {
    std::string configuration = kMainConfiguration;
    std::optional<std::string> file;
    bool reset = false;
    StatsReportOptions report;
};

void complain(std::string_view text) {
    static_cast<void>(write_all(STDERR_FILENO, cat("mailstats: ", text, '\n')));
}

Exit usage() {
    static_cast<void>(
        write_all(STDERR_FILENO, "usage: mailstats [-C cffile] [-c] [-P] [-f stfile] [-o] [-p]\n"));
    return Exit::kUsage;
}

Exit parse(int argc, char** argv, Arguments* out) {
    int letter = 0;
    while ((letter = ::getopt(argc, argv, "cC:f:opP")) != -1) {
        switch (letter) {
            case 'c':
                out->configuration = kSubmissionConfiguration;
                break;
            case 'C':
                out->configuration = optarg;
                break;
            case 'f':
                out->file = optarg;
                break;
            case 'o':
                out->report.names = false;
                break;
            case 'p':
                out->reset = true;
                out->report.for_programs = true;
                break;
            case 'P':
                out->report.for_programs = true;
                break;
            default:
                return usage();
        }
    }
    return optind == argc ? Exit::kOk : usage();
}

// Scripts know these lines: they are the reference program's.
std::string problem_line(StatsProblem problem, std::string_view data, std::string_view path) {
    switch (problem) {
        case StatsProblem::kMagic:
            return cat("mailstats: incorrect magic number in ", path, '\n');
        case StatsProblem::kVersion:
            return cat("mailstats version (", kStatsVersion, ") incompatible with ", path,
                       " version (", stats_version(data), ")\n");
        default:
            return "mailstats: file size changed.\n";
    }
}

// Of open_file or read_file; they have no name to begin with when it is "".
std::string without_empty_name(std::string text) {
    return text.starts_with(": ") ? text.substr(2) : text;
}

bool is_directory(int fd) {
    struct stat info {};
    return ::fstat(fd, &info) == 0 && S_ISDIR(info.st_mode);
}

Exit print(const Arguments& arguments, const std::string& path,
           const std::vector<std::string>& mailers) {
    const auto file = open_file(path, arguments.reset ? O_RDWR : O_RDONLY);
    if (!file.ok()) {
        complain(without_empty_name(file.error().text));
        return Exit::kNoInput;
    }
    if (is_directory(file.value().get())) {
        complain(cat(path, ": Is a directory"));
        return Exit::kNoInput;
    }
    // With -p nothing may be counted between reading and emptying.
    const auto locked =
        lock_until(file.value().get(), arguments.reset ? LockMode::kExclusive : LockMode::kShared,
                   Deadline::in(std::chrono::seconds(10)));
    const auto data = read_all(file.value().get());
    if (!locked.ok() || !data.ok()) {
        complain(cat(path, ": cannot be read"));
        return Exit::kIoErr;
    }
    StatsRecord record;
    const StatsProblem problem = decode_stats(data.value(), &record);
    if (problem == StatsProblem::kEmpty) {
        record.since = std::time(nullptr);
    } else if (problem != StatsProblem::kNone) {
        static_cast<void>(write_all(STDERR_FILENO, problem_line(problem, data.value(), path)));
        return Exit::kOsErr;
    }
    const std::string text = stats_report(record, mailers, arguments.report, std::time(nullptr));
    if (!write_all(STDOUT_FILENO, text).ok()) return Exit::kIoErr;
    if (arguments.reset && ::ftruncate(file.value().get(), 0) != 0) {
        complain(cat(path, ": cannot be emptied"));
        return Exit::kOsErr;
    }
    return Exit::kOk;
}

Exit run(int argc, char** argv) {
    Arguments arguments;
    if (const Exit bad = parse(argc, argv, &arguments); bad != Exit::kOk) return bad;
    const auto text = read_file(arguments.configuration);
    if (!text.ok()) {
        complain(without_empty_name(text.error().text));
        return Exit::kNoInput;
    }
    const StatsSettings settings = stats_settings(text.value());
    const std::optional<std::string>& path = arguments.file ? arguments.file : settings.file;
    if (!path) {
        complain("no statistics file located");
        return Exit::kOsFile;
    }
    return print(arguments, *path, settings.mailers);
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    return static_cast<int>(sm::run(argc, argv));
}
