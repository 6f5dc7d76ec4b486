// RouterGuide: the questions of a session answered by the router.
#pragma once

#include "sendmail/privileged/privileged.h"
#include "sendmail/route/router.h"
#include "sendmail/server/services.h"

namespace sm {

class RouterGuide final : public RecipientGuide {
  public:
    // Both outlive the guide.
    RouterGuide(const Config& config, Privileged& privileged)
        : config_(config), privileged_(privileged) {}

    [[nodiscard]] Answer verify(Envelope& envelope, Recipient& recipient) override;
    [[nodiscard]] Answer expand(Envelope& envelope, const Recipient& recipient,
                                std::vector<Recipient>* members) override;
    [[nodiscard]] std::string full_name(const Target& target) override;

  private:
    const Config& config_;
    Privileged& privileged_;
};

}  // namespace sm
