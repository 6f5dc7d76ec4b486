// Options: the O lines of a sendmail.cf as typed values, one member per option, named by the
// option's name in snake_case (MaxMessageSize -> max_message_size). The plain ones and all
// defaults are listed in options.def; values are as written, macros unexpanded (expand_macros).
// Source: operations guide section 5.6.
#pragma once

#include <bitset>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsm/result.h"

namespace sm {

// QueueLA and RefuseLA when they are not set: a multiple of the processors
// (envelope/load_limits.h).
inline constexpr std::int64_t kByProcessors = std::numeric_limits<std::int64_t>::min();

// PrivacyOptions words.
enum class Privacy : std::uint8_t {
    kNeedMailHelo,
    kNeedExpnHelo,
    kNeedVrfyHelo,
    kNoexpn,
    kNovrfy,
    kNoetrn,
    kNoverb,
    kRestrictMailq,
    kRestrictQrun,
    kRestrictExpand,
    kNoreceipts,
    kNobodyreturn,
    kAuthwarnings,
    kNoactualrecipient,
};

class PrivacySet {
  public:
    [[nodiscard]] bool has(Privacy word) const { return bits_[static_cast<std::size_t>(word)]; }
    void add(Privacy word) { bits_.set(static_cast<std::size_t>(word)); }
    void clear() { bits_.reset(); }
    // Adds a word of the option ("goaway" and "noexpn" stand for several). False: unknown.
    bool add_word(std::string_view word);

  private:
    std::bitset<16> bits_;
};

// DontBlameSendmail words, compared without regard to case.
class BlameSet {
  public:
    [[nodiscard]] bool has(std::string_view word) const;
    // False: unknown word. "Safe" empties the set.
    bool add_word(std::string_view word);

  private:
    std::bitset<64> bits_;
};

// Timeout.*; zero seconds: no limit of ours (connect) or off (ident, queuewarn).
struct Timeouts {
    std::chrono::seconds initial{300};
    std::chrono::seconds connect{0};
    std::chrono::seconds iconnect{0};
    std::chrono::seconds aconnect{0};
    std::chrono::seconds helo{300};
    std::chrono::seconds mail{600};
    std::chrono::seconds rcpt{3600};
    std::chrono::seconds datainit{300};
    std::chrono::seconds datablock{3600};
    std::chrono::seconds datafinal{3600};
    std::chrono::seconds rset{300};
    std::chrono::seconds quit{120};
    std::chrono::seconds misc{120};
    std::chrono::seconds command{3600};
    std::chrono::seconds ident{5};
    std::chrono::seconds lhlo{120};
    std::chrono::seconds auth{600};
    std::chrono::seconds starttls{3600};
    std::chrono::seconds fileopen{60};
    std::chrono::seconds control{120};
    std::chrono::seconds hoststatus{1800};
    struct PerPriority {
        std::chrono::seconds normal{0};
        std::chrono::seconds urgent{0};
        std::chrono::seconds non_urgent{0};
        std::chrono::seconds dsn{0};
    };
    // Zero with queue_return_now: -O Timeout.queuereturn=now.
    PerPriority queuereturn{std::chrono::hours(120), std::chrono::hours(120),
                            std::chrono::hours(120), std::chrono::hours(120)};
    PerPriority queuewarn{};
    bool queuereturn_now = false;
    // Seconds and count of the resolver; 0: the resolver's own.
    struct FirstNormal {
        std::int64_t first = 0;
        std::int64_t normal = 0;
    };
    FirstNormal resolver_retrans{};
    FirstNormal resolver_retry{};
};

enum class DeliveryMode : char {
    kInteractive = 'i',
    kBackground = 'b',
    kQueue = 'q',
    kDefer = 'd'
};
enum class EightBitMode : char { kStrict = 's', kMime = 'm', kPass = 'p' };
enum class ErrorMode : char {
    kPrint = 'p',
    kQuiet = 'q',
    kMail = 'm',
    kWrite = 'w',
    kExitZero = 'e'
};
enum class SuperSafe : std::uint8_t { kNo, kYes, kInteractive, kPostMilter };
enum class QueueSortOrder : std::uint8_t {
    kPriority,
    kHost,
    kFilename,
    kTime,
    kRandom,
    kModification,
    kNone,
};
enum class NoRecipientAction : std::uint8_t {
    kNone,
    kAddTo,
    kAddApparentlyTo,
    kAddBcc,
    kAddToUndisclosed,
};
enum class ProbeInterfaces : std::uint8_t { kAll, kNoLoopback, kNone };

// A user[:group] option with the numbers looked up when the option was read.
struct UserIds {
    std::string name;  // login name, or the number as text when there is no such account
    unsigned uid = 0;
    unsigned gid = 0;
};

// Milter.macros.*: names without "$", braces kept off ("auth_type").
struct MilterMacros {
    std::vector<std::string> connect;
    std::vector<std::string> helo;
    std::vector<std::string> envfrom;
    std::vector<std::string> envrcpt;
    std::vector<std::string> data;
    std::vector<std::string> eoh;
    std::vector<std::string> eom;
};

namespace option_type {
using Bool = bool;
using Int = std::int64_t;
using Str = std::string;
using Words = std::vector<std::string>;
using Sec = std::chrono::seconds;
using Min = std::chrono::seconds;
using Hour = std::chrono::seconds;
using Octal = unsigned;
}  // namespace option_type

struct Options {
#define SM_OPTION(kind, member, name, letter, value, flags) option_type::kind member{value};
#define SM_OPTION_SPECIAL(form, name, letter, flags)
#include "libcf/options.def"  // NOLINT(readability-duplicate-include): a list of rows
#undef SM_OPTION
#undef SM_OPTION_SPECIAL

    char blank_sub = ' ';
    std::string operator_chars = ".:@[]";
    DeliveryMode delivery_mode = DeliveryMode::kBackground;
    EightBitMode eight_bit_mode = EightBitMode::kPass;
    ErrorMode error_mode = ErrorMode::kPrint;
    SuperSafe super_safe = SuperSafe::kYes;
    QueueSortOrder queue_sort_order = QueueSortOrder::kPriority;
    NoRecipientAction no_recipient_action = NoRecipientAction::kNone;
    ProbeInterfaces dont_probe_interfaces = ProbeInterfaces::kAll;
    std::vector<std::string> input_mail_filters;
    std::int64_t max_mime_header_length = 0;        // N of MaxMimeHeaderLength=N/M, 0: no limit
    std::int64_t max_mime_header_field_length = 0;  // M
    std::string default_user = "1:1";
    UserIds default_user_ids{"daemon", 1, 1};
    std::string run_as_user;
    std::optional<UserIds> run_as_user_ids{};
    std::string trusted_user;
    std::optional<UserIds> trusted_user_ids{};
    // Empty: no statistics. (A StatusFile line without a value means the default file.)
    std::string status_file;
    // nullopt: TZ is cleared; empty: the caller's TZ is kept.
    std::optional<std::string> time_zone_spec{};
    // Words of ResolverOptions: "+aaonly", "-dnsrch", "HasWildcardMX", ...
    std::vector<std::string> resolver_options;
    bool has_wildcard_mx = false;
    bool work_around_broken_aaaa = false;
    bool smtp_utf8 = false;
    std::int64_t milter_log_level = -1;  // -1: as log_level
    MilterMacros milter_macros;
    Timeouts timeouts;
    PrivacySet privacy;
    BlameSet dont_blame_sendmail;
};

}  // namespace sm
