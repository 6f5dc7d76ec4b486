#include "sendmail/deliver/bearer_client.h"

#include <array>

#include "libsm/byte_stream.h"
#include "libsm/strings.h"

namespace sm {
namespace {

constexpr std::string_view kOAuthBearer = "OAUTHBEARER";
constexpr std::string_view kXoauth2 = "XOAUTH2";
constexpr std::size_t kMaxShown = 300;

// saslname of RFC 5801 section 4.
std::string sasl_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == ',') {
            out += "=2C";
        } else if (c == '=') {
            out += "=3D";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::string bearer_mechanisms(std::string_view mechanisms) {
    std::string out;
    for (const std::string_view known : {kOAuthBearer, kXoauth2}) {
        for (const std::string_view word : split_words(mechanisms)) {
            if (!iequals(word, known)) continue;
            append(out, out.empty() ? "" : " ", known);
            break;
        }
    }
    return out;
}

SaslClient::Step BearerClient::start(std::string_view mechanisms) {
    std::string known = bearer_mechanisms(mechanisms);
    mechanism_ = known.substr(0, known.find(' '));
    Step step;
    step.ok = !mechanism_.empty() && !options_.token.empty();
    step.done = true;
    step.has_data = true;
    if (mechanism_ == kOAuthBearer) {
        step.data = cat("n,a=", sasl_name(options_.user), ",\001host=", options_.host,
                        "\001port=", options_.port, "\001auth=Bearer ", options_.token, "\001\001");
    } else if (mechanism_ == kXoauth2) {
        step.data = cat("user=", options_.user, "\001auth=Bearer ", options_.token, "\001\001");
    }
    return step;
}

SaslClient::Step BearerClient::step(std::string_view challenge) {
    Step step;
    if (!error_.empty()) return step;
    error_ = printable(challenge.substr(0, kMaxShown));
    if (error_.empty()) error_ = "refused";
    step.ok = true;
    if (mechanism_ == kOAuthBearer) step.data = "\001";
    return step;
}

AuthFacts BearerClient::finish() {
    AuthFacts facts;
    facts.mechanism = mechanism_;
    facts.authen = options_.user;
    return facts;
}

std::unique_ptr<ByteStream> BearerClient::layer(ByteStream& /*below*/) {
    return nullptr;
}

}  // namespace sm
