// Safety of files that hold certificates, private keys, revocation lists or passwords: who may
// have written or read them. Source: operations guide, option DontBlameSendmail.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "libsm/result.h"

namespace sm {

struct KeyFilePolicy {
    bool group_readable_key = false;        // GroupReadableKeyFile
    bool any_cert_owner = false;            // CertOwner: a certificate may belong to anybody
    bool trust_sticky_bit = false;          // TrustStickyBit
    bool group_writable_directory = false;  // GroupWritableDirPathSafe
    std::vector<uid_t> trusted_owners;      // besides root and the effective user
};

enum class KeyFileKind {
    kPrivate,  // readable by its owner only
    kPublic,   // a certificate, CA bundle, CRL or DH file: not writable by others
};

// Nothing to complain about: success. Else an Error whose text is "file <path> unsafe: <reason>"
// and, where a command would help, " (<what to change>)". kNoInput: the file is missing.
[[nodiscard]] Status check_key_file(const std::string& path, KeyFileKind kind,
                                    const KeyFilePolicy& policy);

}  // namespace sm
