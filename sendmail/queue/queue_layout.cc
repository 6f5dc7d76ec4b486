#include "sendmail/queue/queue_layout.h"

#include "libsm/strings.h"

namespace sm {

const QueuePlace& QueueLayout::place(const std::string& base) {
    const auto found = known_.find(base);
    if (found != known_.end()) return found->second;
    QueuePlace made{base, subdirectory(base, "qf"), subdirectory(base, "df"),
                    subdirectory(base, "xf")};
    return known_.emplace(base, std::move(made)).first->second;
}

std::string QueueLayout::subdirectory(const std::string& base, std::string_view name) {
    const auto info = files_->stat(base, std::string(name));
    if (info.ok() && S_ISDIR(info.value().st_mode)) return cat(base, '/', name);
    return base;
}

std::string queue_file_name(std::string_view prefix, const QueueId& id) {
    return cat(prefix, id.str());
}

}  // namespace sm
