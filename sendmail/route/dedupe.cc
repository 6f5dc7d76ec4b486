#include "sendmail/route/dedupe.h"

#include "libsm/strings.h"

namespace sm {

std::string target_key(const Target& target) {
    if (target.mailer == nullptr) return {};
    return cat(target.mailer->name, '\n',
               target.mailer->has('h') ? target.host : lower(target.host), '\n',
               target.mailer->has('u') ? target.user : lower(target.user));
}

std::string recipient_key(const Recipient& recipient) {
    std::string key = target_key(recipient.target);
    const MailerSpec* mailer = recipient.target.mailer;
    if (mailer != nullptr && (mailer->name == "prog" || mailer->name == "*file*") &&
        recipient.controlling_user) {
        append(key, '\n', recipient.controlling_user->uid);
    }
    return key;
}

}  // namespace sm
