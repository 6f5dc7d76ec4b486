#include "libcf/alias_names.h"

#include "libcf/address_parser.h"
#include "libsm/strings.h"

namespace sm {

Result<std::string> alias_key(Rewriter& rewriter, std::string_view name, Deadline deadline) {
    const ParsedAddress address =
        parse_address(rewriter, name, AddressRole::kEnvelopeRecipient, deadline);
    if (!address.ok()) return make_error(Exit::kDataErr, address.message);
    if (!address.target.mailer->has('A')) {
        return make_error(Exit::kDataErr, cat(name, "... cannot alias non-local names"));
    }
    return address.target.mailer->has('u') ? address.target.user : lower(address.target.user);
}

}  // namespace sm
