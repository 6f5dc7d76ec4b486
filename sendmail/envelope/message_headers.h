// What the header fields of a collected message mean for its envelope, and which fields are
// added from the H lines of the configuration. Source: operations guide 5.7 and 1.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libcf/config.h"
#include "libmail/header_scan.h"
#include "sendmail/envelope/envelope.h"

namespace sm {

// The fields of the message as they are, in order.
[[nodiscard]] HeaderList message_fields(const std::vector<ScannedField>& fields);

// Reads Date, Message-Id, Precedence, Bcc, Return-Receipt-To, trace fields ... into the envelope
// and its macros ($a $c {msg_id}).
void apply_message_fields(const Config& config, Envelope& envelope);

// Puts the fields of the H lines in front: Return-Path, Received, and what the message lacks of
// Date, From, Message-Id, ... Macros are expanded now ($g is $f: the sender), except in
// Return-Path, whose $g is known at delivery only. extra: fields made by the program
// ("X-Authentication-Warning"), put behind those.
void add_configured_fields(const Config& config, Envelope& envelope,
                           const std::vector<HeaderField>& extra);

// Template text with $x and ${name} kept as byte 0x81 + name, for macros known later.
[[nodiscard]] std::string encode_late_macros(std::string_view text);

}  // namespace sm
