#include "sendmail/main/alias_rebuild.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libcf/address_parser.h"
#include "libcf/alias_names.h"
#include "libcf/file_safety.h"
#include "libmap/alias_spec.h"
#include "libmap/alias_text.h"
#include "libmap/map_builder.h"
#include "libmap/map_type_alias.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/envelope/recipient.h"
#include "sendmail/log/mail_log.h"
#include "sendmail/main/modes.h"
#include "sendmail/route/address_list.h"
#include "sendmail/route/local_user.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRewriteTime{5};

class Rebuilder {
  public:
    Rebuilder(Config& config, const AliasSpec& source) : config_(config), source_(source) {}

    Exit run() {
        auto text = read_source();
        if (!text.ok()) {
            if (source_.has_flag('o') && text.error().sys_errno == ENOENT) return Exit::kOk;
            say(cat("newaliases: cannot open ", source_.path, ": ", text.error().text));
            return Exit::kOk;
        }
        if (!may_write()) {
            say(cat("WARNING: cannot open alias database ", source_.path));
            say_error(cat("Cannot create database for alias file ", source_.path));
            return Exit::kSoftware;
        }
        MapBuildOptions options;
        options.replace = true;
        const auto& trusted = config_.options.trusted_user_ids;
        if (trusted) options.owner = static_cast<uid_t>(trusted->uid);
        options.follow_links = writing_policy().symbolic_links == SafeFilePolicy::Links::kAllowed;
        auto builder = make_map_builder(source_.type, source_.path, options);
        if (!builder.ok()) {
            say_error(cat("newaliases: cannot rebuild ", source_.path, ": ", builder.error().text));
            return Exit::kIoErr;
        }
        read(*text);
        Status written = write(**builder);
        if (written.ok()) written = (*builder)->commit();
        if (!written.ok()) {
            say_error(cat("newaliases: ", source_.path, ": ", written.error().text));
            return Exit::kIoErr;
        }
        const std::string totals = read_.totals(source_.path);
        say(totals);
        log_at(8, LogPriority::kInfo,
               cat("alias database ", source_.path, " rebuilt by ", caller_name()));
        log_at(8, LogPriority::kInfo, totals);
        if (read_.errors) return Exit::kSoftware;
        return members_bad_ ? Exit::kDataErr : Exit::kOk;
    }

  private:
    static void say(std::string_view text) {
        static_cast<void>(write_all(STDOUT_FILENO, cat(text, '\n')));
    }

    static void say_error(std::string_view text) {
        say(text);
        log_system_error("", caller_name(), text);
    }

    static void warn_of(const SafeFile& file) {
        if (file.unsafe_reason.empty()) return;
        say(cat("WARNING: ", file.unsafe_reason, " ", file.unsafe_directory));
    }

    // The text may be in any directory, with a word about an unsafe one.
    Result<std::string> read_source() {
        const SafeFilePolicy policy = file_policy(config_.options, FileKind::kAliasText);
        auto place = check_directories(source_.path, policy);
        if (place.ok()) warn_of(*place);
        SM_TRY(const SafeFile file, open_safe_file(source_.path, O_RDONLY, 0, policy));
        return read_all(file.fd.get());
    }

    [[nodiscard]] SafeFilePolicy writing_policy() const {
        return file_policy(config_.options, FileKind::kMapWrite);
    }

    bool may_write() {
        auto file = check_writable(map_file_name(source_.type, source_.path), writing_policy());
        if (file.ok()) warn_of(*file);
        return file.ok();
    }

    static std::string caller_name() {
        const auto account = find_account(::getuid());
        return account.ok() && account->has_value() ? (*account)->name : cat(::getuid());
    }

    void read(std::string_view text) {
        MacroScope scope(&config_.macros);
        Rewriter rewriter(config_, scope);
        AliasTextChecks checks;
        checks.key_of = [&rewriter](std::string_view name) {
            return alias_key(rewriter, name, Deadline::in(kRewriteTime));
        };
        checks.complain = [](std::string_view complaint, bool refused) {
            refused ? say_error(complaint) : say(complaint);
        };
        if (config_.options.check_aliases) {
            checks.check_value = [this, &rewriter](const AliasLine& line) {
                check_members(line, rewriter);
            };
        }
        checks.warn_of_duplicates = true;
        read_ = read_alias_text(text, source_.path, checks);
    }

    void check_members(const AliasLine& line, Rewriter& rewriter) {
        for (const std::string& member : split_addresses(line.value)) {
            const ParsedAddress parsed = parse_address(
                rewriter, member, AddressRole::kEnvelopeRecipient, Deadline::in(kRewriteTime));
            if (parsed.ok()) continue;
            Recipient bad;
            bad.address = member;
            bad.status_text = parsed.message;
            bad.status = parsed.status;
            say(cat(source_.path, ": line ", line.line, ": ", complaint_of(bad)));
            // What is only misspelt can be repaired.
            members_bad_ = members_bad_ || parsed.complaints.empty();
        }
    }

    // Keys and values carry a NUL unless a class was given without -N, as with the tools of old;
    // "@" says: complete.
    Status write(MapBuilder& builder) {
        const std::string_view end("\0", source_.typed && !source_.has_flag('N') ? 0 : 1);
        for (const auto& [key, value] : read_.entries) {
            SM_TRY(const auto put, builder.put(cat(key, end), cat(value, end)));
            static_cast<void>(put);
        }
        SM_TRY(const auto put, builder.put(cat('@', end), cat('@', end)));
        static_cast<void>(put);
        return {};
    }

    Config& config_;
    const AliasSpec& source_;
    AliasText read_;
    bool members_bad_ = false;  // CheckAliases
};

}  // namespace

Exit rebuild_mode(Invocation& invocation) {
    prepare_process(invocation);
    Exit result = Exit::kOk;
    const auto aliases = parse_map_type_aliases(invocation.config->options.map_type_alias);
    if (!aliases.ok()) return aliases.error().code;  // said when it was read
    for (const std::string& spec : invocation.config->options.alias_file) {
        AliasSpec source = parse_alias_spec(spec);
        source.type = used_map_type(*aliases, source.type);
        if (source.path.empty()) continue;
        const auto buildable = buildable_map_types();
        if (std::find(buildable.begin(), buildable.end(), source.type) == buildable.end()) continue;
        const Exit status = Rebuilder(*invocation.config, source).run();
        if (status != Exit::kOk) result = status;
    }
    return result;
}

}  // namespace sm
