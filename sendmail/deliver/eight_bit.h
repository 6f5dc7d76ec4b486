// 8-bit text on its way to a next hop that takes none, and the other way round (mailer flag 9):
// the transfer encodings of RFC 2045 as option EightBitMode wants them.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "libcf/config.h"
#include "libsm/result.h"
#include "sendmail/deliver/agent.h"
#include "sendmail/deliver/header_output.h"

namespace sm {

// Changes the body on its way; pieces are lines ended by LF.
class BodyRecoder {
  public:
    using Put = std::function<Status(std::string_view)>;
    virtual ~BodyRecoder() = default;
    [[nodiscard]] virtual Status feed(std::string_view piece, const Put& put) = 0;
    [[nodiscard]] virtual Status finish(const Put& put) = 0;
};

// nullptr: the body goes out as it is. Else the MIME fields in *fields are changed to fit.
// Error kDataErr: 8-bit text that may be sent neither as it is nor encoded.
[[nodiscard]] Result<std::unique_ptr<BodyRecoder>> make_body_recoder(
    const Envelope& envelope, const MailerSpec& mailer, const MessageForm& form,
    const Config& config, std::vector<OutputField>* fields);

}  // namespace sm
