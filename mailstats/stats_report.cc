#include "mailstats/stats_report.h"

#include <algorithm>

#include "libmail/date.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kColumns =
    " M   msgsfr  bytes_from   msgsto    bytes_to  msgsrej msgsdis msgsqur";
constexpr std::string_view kRule =
    "=====================================================================\n";

std::string right(std::string_view text, std::size_t width) {
    return text.size() >= width ? std::string(text)
                                : cat(std::string(width - text.size(), ' '), text);
}

std::string number(std::int64_t value, std::size_t width) {
    return right(cat(value), width);
}

struct Row {
    std::int64_t messages_from = 0;
    std::int64_t kbytes_from = 0;
    std::int64_t messages_to = 0;
    std::int64_t kbytes_to = 0;
    std::int64_t rejected = 0;
    std::int64_t discarded = 0;
    std::int64_t quarantined = 0;

    [[nodiscard]] bool empty() const {
        return messages_from == 0 && messages_to == 0 && rejected == 0 && discarded == 0 &&
               quarantined == 0;
    }
    void add(const Row& other) {
        messages_from += other.messages_from;
        kbytes_from += other.kbytes_from;
        messages_to += other.messages_to;
        kbytes_to += other.kbytes_to;
        rejected += other.rejected;
        discarded += other.discarded;
        quarantined += other.quarantined;
    }
};

Row row_of(const StatsRecord& record, std::size_t i) {
    return {record.messages_from[i], record.kbytes_from[i], record.messages_to[i],
            record.kbytes_to[i],     record.rejected[i],    record.discarded[i],
            record.quarantined[i]};
}

std::string row_text(const Row& row, bool for_programs) {
    const std::string_view unit = for_programs ? "" : "K";
    return cat(' ', number(row.messages_from, 8), ' ', number(row.kbytes_from, 10), unit, ' ',
               number(row.messages_to, 8), ' ', number(row.kbytes_to, 10), unit, "   ",
               number(row.rejected, 6), "  ", number(row.discarded, 6), "  ",
               number(row.quarantined, 6));
}

// More of a mailer's name is not printed, as of old.
constexpr std::size_t kMaxName = 20;

bool is_name_char(char c) {
    return !is_space(c) && c != ',' && c != '#' && c != '\0';
}

std::string_view mailer_name(std::string_view line) {
    std::size_t end = 1;
    while (end < line.size() && is_name_char(line[end])) ++end;
    return line.substr(1, end - 1);
}

std::string file_value(std::string_view value) {
    return std::string(trim(value.substr(0, value.find('#'))));
}

}  // namespace

std::string stats_report(const StatsRecord& record, const std::vector<std::string>& names,
                         const StatsReportOptions& options, std::int64_t now) {
    std::string out;
    if (options.for_programs) {
        out = cat(record.since, ' ', now, '\n');
    } else {
        out = cat("Statistics from ", ctime_date(record.since), '\n', kColumns,
                  options.names ? "  Mailer\n" : "\n");
    }
    Row total;
    for (std::size_t i = 0; i < kStatsMailers; ++i) {
        const Row row = row_of(record, i);
        if (row.empty()) continue;
        append(out, number(static_cast<std::int64_t>(i), 2), row_text(row, options.for_programs));
        if (options.names) append(out, "  ", i < names.size() ? names[i].substr(0, kMaxName) : "");
        out += '\n';
        total.add(row);
    }
    if (!options.for_programs) out += kRule;
    append(out, " T", row_text(total, options.for_programs), "\n C ");
    if (options.for_programs) {
        append(out, number(record.connections_in, 8), ' ', number(record.connections_out, 8), ' ',
               number(record.connections_rejected, 6), '\n');
    } else {
        append(out, number(record.connections_in, 8), "             ",
               number(record.connections_out, 8), "               ",
               number(record.connections_rejected, 6), '\n');
    }
    return out;
}

StatsSettings stats_settings(std::string_view cf_text) {
    StatsSettings out;
    out.mailers = {"prog", "*file*", "*include*"};
    for (std::string_view line : split(cf_text, '\n')) {
        line = chomp(line);
        if (line.empty()) continue;
        if (line[0] == 'M') {
            const std::string name(mailer_name(line));
            if (std::find(out.mailers.begin(), out.mailers.end(), name) == out.mailers.end()) {
                out.mailers.push_back(name);
            }
        } else if (line[0] == 'O' && line.size() > 1) {
            const std::size_t equals = line.find('=');
            if (line[1] == 'S') {
                out.file = file_value(line.substr(2));
            } else if (line[1] == ' ' && equals != std::string_view::npos &&
                       iequals(trim(line.substr(2, equals - 2)), "StatusFile")) {
                out.file = file_value(line.substr(equals + 1));
            }
        }
    }
    return out;
}

}  // namespace sm
