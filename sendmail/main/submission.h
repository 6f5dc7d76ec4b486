// Submission: one message handed to the program by a local user (-bm, -t): sender, recipients and
// options from the command line, header and body from standard input. Source: sendmail(8).
#pragma once

#include <string>
#include <vector>

#include "sendmail/main/caller.h"
#include "sendmail/main/command_line.h"
#include "sendmail/main/mail_parts.h"
#include "sendmail/server/collect.h"
#include "sendmail/server/services.h"

namespace sm {

// The modifiers (as of M= in DaemonPortOptions) of mail that does not come through a daemon: option
// DirectSubmissionModifiers, else those for submission, or for a gateway (-G).
[[nodiscard]] std::string direct_modifiers(const Options& options, bool gateway);

class Submission {
  public:
    // All outlive the submission.
    Submission(const SessionServices& services, MailParts& parts, const CommandLine& command,
               Caller caller);

    // Reads, checks and queues the message; delivers as DeliveryMode says.
    Exit run();

  private:
    void set_macros();
    void warn(std::string text);
    [[nodiscard]] Status set_sender();
    void set_full_name();
    void set_envelope_options();
    void add_recipient(const std::string& text);
    void add_header_recipients();
    void complete_recipient_fields();
    // One bad address or message: told as ErrorMode says; the exit code is kept.
    void complain(std::string_view address, const std::string& text, Exit code);
    [[nodiscard]] Exit give_up(Exit code);
    // False: nowhere to save it.
    bool save_dead_letter(const Envelope& envelope);
    [[nodiscard]] std::string dead_letter_text(const Envelope& envelope) const;
    [[nodiscard]] DeliveryWatch watch();
    [[nodiscard]] bool refused_by_checks(const CollectResult& result);
    [[nodiscard]] DeliveryMode delivery_mode() const;
    [[nodiscard]] Exit queue(std::int64_t size);
    void log_received_message(std::int64_t size);
    void print(const std::string& line) const;

    const SessionServices& services_;
    const Config& config_;
    MailParts& parts_;
    const CommandLine& command_;
    Caller caller_;
    MacroScope macros_;
    Envelope envelope_;
    std::vector<HeaderField> extra_;  // X-Authentication-Warning
    Exit status_ = Exit::kOk;         // of the last complaint
    bool dead_letter_saved_ = false;
    bool errors_by_mail_ = false;  // ErrorMode m, e, q: bad recipients are left to the DSN
};

}  // namespace sm
