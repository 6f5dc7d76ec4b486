#include "libnet/key_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "libsm/files.h"
#include "libsm/strings.h"

namespace sm {
namespace {

struct Complaint {
    std::string reason;
    std::string advice;
};

Error unsafe(const std::string& path, const Complaint& complaint, Exit code) {
    std::string text = cat("file ", path, " unsafe: ", complaint.reason);
    if (!complaint.advice.empty()) text += cat(" (", complaint.advice, ")");
    return make_error(code, std::move(text));
}

bool trusted_owner(uid_t owner, const KeyFilePolicy& policy) {
    return owner == 0 || owner == ::geteuid() ||
           std::find(policy.trusted_owners.begin(), policy.trusted_owners.end(), owner) !=
               policy.trusted_owners.end();
}

// Every directory above the file: whoever may write there may replace the file.
std::optional<Complaint> bad_directory(const std::string& path, const KeyFilePolicy& policy) {
    for (std::string dir = directory_of(path);; dir = directory_of(dir)) {
        struct stat st {};
        if (::stat(dir.c_str(), &st) != 0) return Complaint{std::strerror(errno), {}};
        const bool sticky = (st.st_mode & S_ISVTX) != 0 && policy.trust_sticky_bit;
        if ((st.st_mode & S_IWOTH) != 0 && !sticky) {
            return Complaint{"World writable directory", cat("chmod o-w ", dir)};
        }
        if ((st.st_mode & S_IWGRP) != 0 && !sticky && !policy.group_writable_directory) {
            return Complaint{"Group writable directory", cat("chmod g-w ", dir)};
        }
        if (dir == "/" || dir == ".") return std::nullopt;
    }
}

std::optional<Complaint> bad_mode(const std::string& path, KeyFileKind kind, mode_t mode,
                                  const KeyFilePolicy& policy) {
    const bool secret = kind == KeyFileKind::kPrivate;
    const std::string advice = cat("chmod ", secret ? "0600 " : "go-w ", path);
    if ((mode & S_IWGRP) != 0) return Complaint{"Group writable file", advice};
    if ((mode & S_IWOTH) != 0) return Complaint{"World writable file", advice};
    if (!secret) return std::nullopt;
    if ((mode & S_IRGRP) != 0 && !policy.group_readable_key) {
        return Complaint{"Group readable file",
                         cat(advice, ", or DontBlameSendmail=GroupReadableKeyFile")};
    }
    if ((mode & S_IROTH) != 0) return Complaint{"World readable file", advice};
    return std::nullopt;
}

}  // namespace

Status check_key_file(const std::string& path, KeyFileKind kind, const KeyFilePolicy& policy) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) {
        const Exit code = errno == ENOENT || errno == ENOTDIR ? Exit::kNoInput : Exit::kNoPerm;
        return unsafe(path, {std::strerror(errno), {}}, code);
    }
    if (!S_ISREG(st.st_mode)) return unsafe(path, {"Regular files only", {}}, Exit::kNoPerm);
    const bool owner_matters = kind == KeyFileKind::kPrivate || !policy.any_cert_owner;
    if (owner_matters && !trusted_owner(st.st_uid, policy)) {
        std::string advice = cat("chown root ", path);
        if (kind == KeyFileKind::kPublic) advice += ", or DontBlameSendmail=CertOwner";
        return unsafe(path, {"Permission denied", std::move(advice)}, Exit::kNoPerm);
    }
    if (auto bad = bad_mode(path, kind, st.st_mode, policy)) {
        return unsafe(path, *bad, Exit::kNoPerm);
    }
    if (auto bad = bad_directory(path, policy)) return unsafe(path, *bad, Exit::kNoPerm);
    return {};
}

}  // namespace sm
