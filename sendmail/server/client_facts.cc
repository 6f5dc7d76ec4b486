#include "sendmail/server/client_facts.h"

#include "libsm/strings.h"

namespace sm {

std::string ClientFacts::relay() const {
    std::string out = ident.empty() ? name : cat(ident, '@', name);
    const bool literal = !name.empty() && name.front() == '[';
    if (!address.empty() && !literal) append(out, " [", address, ']');
    if (resolve == "FORGED") append(out, " (may be forged)");
    return out;
}

}  // namespace sm
