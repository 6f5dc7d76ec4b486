#include "libcf/workspace_text.h"

#include <algorithm>

namespace sm {

std::string join_workspace(const Workspace& work, std::size_t first, std::size_t last, char blank) {
    std::string out;
    for (std::size_t i = first; i < last; ++i) {
        if (i > first && work[i].is_word && work[i - 1].is_word && blank != '\0') out += blank;
        out += work[i].text;
    }
    return out;
}

ResolvedParts split_resolved(const Workspace& work, char blank) {
    ResolvedParts out;
    std::size_t at = 1;
    const auto is_part = [&work](std::size_t i) {
        return work[i].id == word_id::kHost || work[i].id == word_id::kUser;
    };
    while (at < work.size() && !is_part(at)) ++at;
    out.mailer = join_workspace(work, 1, std::min<std::size_t>(at, 2), blank);
    out.rest = std::min<std::size_t>(at, 2);
    if (at < work.size() && work[at].id == word_id::kHost) {
        const std::size_t first = ++at;
        while (at < work.size() && work[at].id != word_id::kUser) ++at;
        out.host = join_workspace(work, first, at, blank);
    }
    if (at < work.size()) {
        out.has_user = true;
        out.user_first = at + 1;
        out.user = join_workspace(work, at + 1, work.size(), blank);
        out.message = join_workspace(work, at + 1, work.size(), ' ');
    } else {
        out.user_first = work.size();
    }
    return out;
}

}  // namespace sm
