#include <chrono>

#include "libnet/tls_context.h"

namespace sm {
namespace {

std::int64_t monotonic_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

void TlsServerSlot::refresh(std::vector<std::string>* notes) {
    const std::int64_t now = monotonic_seconds();
    if (now == checked_) return;
    const bool first = checked_ < 0;
    checked_ = now;
    if (!first && context_ != nullptr && !context_->outdated()) return;
    std::vector<std::string> lines;
    auto made = make_tls_server_context(options_, &lines);
    if (made.ok()) {
        context_ = std::move(made).value();
        last_error_.clear();
        notes->insert(notes->end(), lines.begin(), lines.end());
    } else if (made.error().text != last_error_) {
        last_error_ = made.error().text;
        notes->insert(notes->end(), lines.begin(), lines.end());
        notes->push_back(last_error_);
    }
}

}  // namespace sm
