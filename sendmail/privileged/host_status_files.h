// The files below HostStatusDirectory: where they are, whether the directory may be used, and
// opening one. Their form is libmail/host_status.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "libcf/config.h"
#include "libsm/result.h"
#include "libsm/unique_fd.h"

namespace sm {

// Absolute; "": host status is not kept (no directory given, or ConnectionCacheSize=0).
[[nodiscard]] std::string host_status_directory(const Options& options);
// Whether it is there, a directory and not a link, and nobody but its owner may write in it.
// Error: text is the bare reason.
[[nodiscard]] Status check_host_status_directory(const Options& options);

// The file of that host; every directory on the way must be as safe as the first. write: for
// reading and writing, made when it is missing. Error kNoInput: there is none.
[[nodiscard]] Result<UniqueFd> open_host_status(const Options& options, std::string_view host,
                                                bool write);

// A file or directory below HostStatusDirectory.
struct HostStatusEntry {
    std::string path;  // from that directory on
    int directory = -1;
    std::string name;  // in it
    bool is_directory = false;
};

// All of them in order, a directory after what is in it. Links, names that begin with a dot, and
// what lies in an unsafe directory are left out.
void walk_host_status(const Options& options,
                      const std::function<void(const HostStatusEntry& entry)>& visit);

}  // namespace sm
