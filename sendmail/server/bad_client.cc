#include "sendmail/server/bad_client.h"

#include <algorithm>

namespace sm {
namespace {

constexpr int kMaxHelo = 3;
constexpr int kMaxVerify = 6;
constexpr int kMaxEtrn = 8;
constexpr int kMaxAuth = 5;
constexpr int kMaxWaitSeconds = 240;

}  // namespace

BadClient::BadClient(int max_noop) : limits_{kMaxHelo, kMaxVerify, kMaxEtrn, max_noop, kMaxAuth} {}

BadClient::Judgement BadClient::count(Kind kind) {
    const auto index = static_cast<std::size_t>(kind);
    Judgement out;
    out.count = ++counts_[index];
    const int limit = limits_[index];
    if (limit <= 0 || out.count < limit) return out;
    const int over = std::min(out.count - limit, 8);
    out.wait = std::chrono::seconds(std::min(1 << over, kMaxWaitSeconds));
    out.first_time = out.count == limit;
    out.hang_up = out.count > 2 * limit;
    return out;
}

void BadClient::remember(Kind kind, int earlier) {
    const auto index = static_cast<std::size_t>(kind);
    if (limits_[index] > 0) counts_[index] = std::clamp(earlier, 0, 2 * limits_[index] - 1);
}

}  // namespace sm
