// SrvFeatures: what a session offers and demands, from the ruleset srv_features, the modifiers
// of the listening socket and the options. Source: operations guide 5.1.4.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmail/data_decoder.h"

namespace sm {

struct SrvFeatures {
    bool auth = true;                // A/a
    bool verb = true;                // B/b
    bool auth_needs_layer = false;   // C/c; before the ruleset's word: AuthOptions p
    bool dsn = true;                 // D/d
    bool etrn = true;                // E/e
    bool wait_for_replies = true;    // F/f: pipelined data before EHLO's or DATA's reply is refused
    bool close_on_http = false;      // h: at any time, not only as the first command
    bool require_auth = false;       // L/l
    bool pipelining = true;          // P/p
    bool starttls = true;            // S/s
    bool request_cert = true;        // V/v; before the ruleset's word: TLSSrvOptions V
    bool expn = true;                // X/x
    LinePolicy lines{};              // G/g, U/u, O/o
    bool temporary_failure = false;  // $#temp, or a lookup that could not tell
    std::vector<std::string> complaints;  // for the log: "unknown feature X"
};

// Applies the letters of one result of the ruleset: "S A", "g2 u2". Of a word only the first letter
// counts, and a digit behind it: "SA" is "S".
void apply_feature_letters(std::string_view letters, SrvFeatures* features);

}  // namespace sm
