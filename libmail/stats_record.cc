#include "libmail/stats_record.h"

#include <cstring>

namespace sm {
namespace {

constexpr std::int32_t kMagic = 0x1B1DE;
constexpr std::size_t kHeaderSize = 48;

template <typename T>
void put(std::string& out, T value) {
    std::array<char, sizeof(T)> bytes{};
    std::memcpy(bytes.data(), &value, sizeof value);
    out.append(bytes.data(), bytes.size());
}

std::string header_of(std::string_view data) {
    std::string header(data.substr(0, kHeaderSize));
    header.resize(kHeaderSize);
    return header;
}

template <typename T>
T get(std::string_view data, std::size_t at) {
    T value{};
    std::memcpy(&value, data.substr(at).data(), sizeof value);
    return value;
}

std::array<StatsRecord::PerMailer*, 7> columns(StatsRecord& record) {
    return {&record.messages_from, &record.kbytes_from, &record.messages_to, &record.kbytes_to,
            &record.rejected,      &record.discarded,   &record.quarantined};
}

std::array<const StatsRecord::PerMailer*, 7> columns(const StatsRecord& record) {
    return {&record.messages_from, &record.kbytes_from, &record.messages_to, &record.kbytes_to,
            &record.rejected,      &record.discarded,   &record.quarantined};
}

}  // namespace

void StatsRecord::add(const StatsRecord& other) {
    connections_in += other.connections_in;
    connections_out += other.connections_out;
    connections_rejected += other.connections_rejected;
    const auto mine = columns(*this);
    const auto theirs = columns(other);
    for (std::size_t column = 0; column < mine.size(); ++column) {
        for (std::size_t i = 0; i < kStatsMailers; ++i) (*mine[column])[i] += (*theirs[column])[i];
    }
}

bool StatsRecord::has_counts() const {
    if (connections_in != 0 || connections_out != 0 || connections_rejected != 0) return true;
    for (const PerMailer* column : columns(*this)) {
        for (const std::int64_t count : *column) {
            if (count != 0) return true;
        }
    }
    return false;
}

std::string encode_stats(const StatsRecord& record) {
    std::string out;
    out.reserve(kStatsFileSize);
    put(out, kMagic);
    put(out, kStatsVersion);
    put(out, record.since);
    put(out, static_cast<std::int64_t>(kStatsFileSize));
    put(out, record.connections_in);
    put(out, record.connections_out);
    put(out, record.connections_rejected);
    for (const StatsRecord::PerMailer* column : columns(record)) {
        for (const std::int64_t count : *column) put(out, count);
    }
    return out;
}

std::int32_t stats_version(std::string_view data) {
    return get<std::int32_t>(header_of(data), 4);
}

StatsProblem decode_stats(std::string_view data, StatsRecord* record) {
    *record = StatsRecord{};
    if (data.empty()) return StatsProblem::kEmpty;
    const std::string header = header_of(data);
    if (get<std::int32_t>(header, 0) != kMagic) return StatsProblem::kMagic;
    if (stats_version(header) != kStatsVersion) return StatsProblem::kVersion;
    if (data.size() < kStatsFileSize || get<std::int64_t>(header, 16) != kStatsFileSize) {
        return StatsProblem::kSize;
    }
    record->since = get<std::int64_t>(data, 8);
    record->connections_in = get<std::int64_t>(data, 24);
    record->connections_out = get<std::int64_t>(data, 32);
    record->connections_rejected = get<std::int64_t>(data, 40);
    std::size_t at = kHeaderSize;
    for (StatsRecord::PerMailer* column : columns(*record)) {
        for (std::int64_t& count : *column) {
            count = get<std::int64_t>(data, at);
            at += sizeof count;
        }
    }
    return StatsProblem::kNone;
}

}  // namespace sm
