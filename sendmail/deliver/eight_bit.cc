#include "sendmail/deliver/eight_bit.h"

namespace sm {

Result<std::unique_ptr<BodyRecoder>> make_body_recoder(const Envelope& /*envelope*/,
                                                       const MailerSpec& /*mailer*/,
                                                       const MessageForm& /*form*/,
                                                       const Config& /*config*/,
                                                       std::vector<OutputField>* /*fields*/) {
    // Recoding is not implemented: 8-bit text goes out as it is.
    return std::unique_ptr<BodyRecoder>();
}

}  // namespace sm
