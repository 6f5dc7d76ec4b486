// What is known of a remote host, as one file of HostStatusDirectory holds it (operations guide
// 2.4, 3.9): the form of the file, its name, and the words that hoststat shows.
//
// File test./example./host for host.example.test, lines "V0", "E<errno>", "H<resolver's number>",
// "S<exit status>", "D<dsn>", "R<last reply>", "U<last use, epoch seconds>", ".". Text after the
// dot does not count. Programs of other origin read and write the same form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "libsm/exit_status.h"

namespace sm {

struct HostStatus {
    int status = 0;  // how the last delivery ended, as an exit status
    int sys_errno = 0;
    bool unknown_host = false;  // the name server knows no such host
    std::string dsn;
    std::string text;  // the server's last reply; "": it said nothing
    std::int64_t when = 0;

    [[nodiscard]] bool good() const { return status == 0; }
    [[nodiscard]] bool temporary() const { return is_temporary(static_cast<Exit>(status)); }
};

[[nodiscard]] std::string encode_host_status(const HostStatus& status);
// nullopt: not such a file.
[[nodiscard]] std::optional<HostStatus> decode_host_status(std::string_view text);

// host: a name or "[address]". "test./example./host", "1./0./0./127"; "" for a name that is not
// safe as a path.
[[nodiscard]] std::string host_status_path(std::string_view host);
// The other way round: labels with a dot behind them are directories; addresses have no brackets.
[[nodiscard]] std::string host_of_status_path(std::string_view path);

// "250 2.0.0 Message accepted", "Deferred: Connection refused", "5.1.2 Host unknown", "OK".
[[nodiscard]] std::string host_status_words(const HostStatus& status);
// A line of hoststat, without its end. locked: somebody delivers to it now. full: the words are
// not cut to the width of the column.
[[nodiscard]] std::string host_status_line(std::string_view host, const HostStatus& status,
                                           std::int64_t now, bool locked, bool full);
[[nodiscard]] std::string_view host_status_heading();

}  // namespace sm
