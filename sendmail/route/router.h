// Router: from the recipients as given to the ones to be delivered: rulesets 3, 0 and 5, aliases,
// .forward and :include: files, duplicates. Source: operations guide 1.4, 4.5; aliases(5).
//
// A Router is made for one envelope. It asks only: what it finds is in the envelope afterwards.
// "Cannot tell" (a map that cannot be read, a .forward on a file server that is down) leaves the
// recipient queued with a temporary status, never bounced and never delivered past its aliases.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcf/config.h"
#include "libsm/clock.h"
#include "sendmail/envelope/envelope.h"
#include "sendmail/privileged/privileged.h"

namespace sm {

struct LocalAccount;

class Router {
  public:
    // Both outlive the router.
    Router(const Config& config, Privileged& privileged);
    ~Router();

    // Absent functions are not called. log_alias: for "alias <x> => y" (LogLevel 10 and above);
    // log_forward: the same for each line of a .forward.
    struct Hooks {
        std::function<void(const std::string& address, const std::string& members)> log_alias{};
        std::function<void(const std::string& address, const std::string& members)> log_forward{};
        // -v: "x... aliased to a, b", "FILE: line 1: forwarding to a".
        std::function<void(std::string_view line)> tell{};
        // An unsafe .forward that was passed over, a list file that was marked unsafe.
        std::function<void(const std::string& text)> warn{};
    };
    void set_hooks(Hooks hooks) { hooks_ = std::move(hooks); }
    // -n: no aliasing.
    void set_aliasing(bool on) { aliasing_ = on; }
    // Off: .forward files are not read.
    void set_forwarding(bool on) { forwarding_ = on; }

    // Resolves and expands every recipient in state kQueued whose target is not yet final.
    // Afterwards each is one of: kQueued with target.mailer set and status kOk (deliver it);
    // kQueued with a temporary status (try later; status_text says why); kFailed with status, dsn
    // and status_text; kExpanded or kDropped. Members are appended.
    // Error: only what concerns the whole envelope (out of memory, deadline).
    [[nodiscard]] Status expand(Envelope& envelope, Deadline deadline);

    // RCPT and VRFY: does this recipient (target parsed by the caller) exist? Looks into the
    // alias maps and the account database, not into members or .forward. Sets home and the
    // controlling user of an account. kFailed / temporary status as for expand.
    void verify(Envelope& envelope, Recipient& recipient, Deadline deadline);

  private:
    void route(Envelope& envelope, std::size_t index, int depth, Deadline deadline);
    void route_local(Envelope& envelope, std::size_t index, int depth, Deadline deadline);
    // nullopt: no alias; Error: cannot tell.
    [[nodiscard]] Result<std::optional<std::string>> find_alias(const Recipient& recipient,
                                                                Deadline deadline);
    // A line of a list file, or the right-hand side of an alias.
    struct ListLine {
        std::string text;
        std::string source{};  // "FILE: line N"
    };
    [[nodiscard]] static std::vector<ListLine> lines_of(std::string_view text,
                                                        const std::string& path);
    enum class ListKind : std::uint8_t { kAlias, kInclude, kForward };
    void add_members(Envelope& envelope, std::size_t index, const std::vector<ListLine>& list,
                     ListKind kind, int depth, Deadline deadline);
    void add_members(Envelope& envelope, std::size_t index, const std::vector<ListLine>& list,
                     ListKind kind, const std::string& owner, int depth, Deadline deadline);
    [[nodiscard]] Result<std::string> owner_of(const Recipient& alias, Deadline deadline);
    // True: the user database replaced the recipient, or could not tell.
    bool expand_maildrops(Envelope& envelope, std::size_t index, int depth, Deadline deadline);
    // One entry of a list, as far as it comes from the list.
    [[nodiscard]] Recipient make_member(const Recipient& list, ListKind kind, const ListLine& line,
                                        const std::string& owner) const;
    // True: the member is the alias itself.
    bool add_member(Envelope& envelope, const Recipient& alias, Recipient member, int depth,
                    Deadline deadline);
    void include_file(Envelope& envelope, std::size_t index, int depth, Deadline deadline);
    // Whether the members of an open list file may be programs and files.
    struct Trust {
        bool safe = true;          // no: "Address X is unsafe for mailing to programs"
        bool owner_known = false;  // whose the file is says who wrote it
    };
    [[nodiscard]] Trust trust_in(UserFileKind kind, const UserFile& file, const std::string& path);
    // Fails the programs and files among the members from `first` on, when they may not be. shell
    // nullptr: the account's shell does not matter.
    void check_members(Envelope& envelope, std::size_t list, std::size_t first, const Trust& trust,
                       const LocalAccount* account);
    void leave_out_sender(Envelope& envelope, std::size_t first_member);
    // True: a .forward file replaced the recipient.
    bool forward(Envelope& envelope, std::size_t index, const LocalAccount& account, int depth,
                 Deadline deadline);
    // Among the recipients from `first` on, which one address became: a member that leads back is
    // no mistake as long as somebody else gets the message.
    static void forgive_loops(Envelope& envelope, std::size_t first);
    void refuse_deep(Recipient& recipient, int depth) const;
    void tell(const Recipient& recipient, const std::string& what) const;
    struct Owner;
    [[nodiscard]] std::optional<Owner> find_owner(Recipient& recipient,
                                                  const std::string& user) const;
    void suppress_duplicate(Envelope& envelope, std::size_t index);

    const Config& config_;
    Privileged& privileged_;
    Hooks hooks_;
    // Being expanded, outermost first. A member among them is a loop; one that a .forward made is
    // that user's mailbox.
    struct OpenAlias {
        std::string key;
        bool forward = false;
        bool named = false;  // by a member further down
    };
    std::vector<OpenAlias> open_aliases_;
    bool aliasing_ = true;
    bool forwarding_ = true;
    bool sender_left_out_ = false;  // MeToo
};

}  // namespace sm
