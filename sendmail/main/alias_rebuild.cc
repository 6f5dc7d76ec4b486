#include "sendmail/main/alias_rebuild.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "libcf/address_parser.h"
#include "libcf/alias_names.h"
#include "libcf/file_safety.h"
#include "libmap/alias_text.h"
#include "libmap/map_builder.h"
#include "libmap/map_type_alias.h"
#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/main/modes.h"
#include "sendmail/route/address_list.h"
#include "sendmail/route/local_user.h"

namespace sm {
namespace {

constexpr std::chrono::minutes kRewriteTime{5};

struct AliasSource {
    std::string type = "implicit";
    std::string path;
};

// "hash:/etc/mail/aliases", "/etc/mail/aliases", "hash: -N /etc/mail/aliases".
AliasSource source_of(std::string_view spec) {
    AliasSource out;
    const std::size_t colon = spec.find(':');
    if (colon != std::string_view::npos && spec.find('/') > colon) {
        out.type = lower(trim(spec.substr(0, colon)));
        spec.remove_prefix(colon + 1);
    }
    for (const std::string_view word : split_words(spec)) {
        if (!word.starts_with('-')) out.path = word;
    }
    return out;
}

class Rebuilder {
  public:
    Rebuilder(Config& config, const AliasSource& source) : config_(config), source_(source) {}

    Exit run() {
        auto text = read_source();
        if (!text.ok()) {
            say(cat("newaliases: cannot open ", source_.path, ": ", text.error().text));
            return Exit::kOk;
        }
        if (!may_write()) {
            say(cat("WARNING: cannot open alias database ", source_.path));
            say(cat("Cannot create database for alias file ", source_.path));
            return Exit::kSoftware;
        }
        MapBuildOptions options;
        options.replace = true;
        const auto& trusted = config_.options.trusted_user_ids;
        if (trusted) options.owner = static_cast<uid_t>(trusted->uid);
        auto builder = make_map_builder(source_.type, source_.path, options);
        if (!builder.ok()) {
            say(cat("newaliases: cannot rebuild ", source_.path, ": ", builder.error().text));
            return Exit::kIoErr;
        }
        read(*text);
        Status written = write(**builder);
        if (written.ok()) written = (*builder)->commit();
        if (!written.ok()) {
            say(cat("newaliases: ", source_.path, ": ", written.error().text));
            return Exit::kIoErr;
        }
        const std::string totals = read_.totals(source_.path);
        say(totals);
        log_at(8, LogPriority::kInfo,
               cat("alias database ", source_.path, " rebuilt by ", caller_name()));
        log_at(8, LogPriority::kInfo, totals);
        return read_.errors ? Exit::kSoftware : Exit::kOk;
    }

  private:
    static void say(std::string_view text) {
        static_cast<void>(write_all(STDOUT_FILENO, cat(text, '\n')));
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

    bool may_write() {
        auto file = check_writable(map_file_name(source_.type, source_.path),
                                   file_policy(config_.options, FileKind::kMapWrite));
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
        checks.complain = say;
        if (config_.options.check_aliases) {
            checks.check_value = [this, &rewriter](const AliasLine& line) {
                check_members(line, rewriter);
            };
        }
        checks.warn_of_duplicates = true;
        read_ = read_alias_text(text, source_.path, checks);
    }

    void check_members(const AliasLine& line, Rewriter& rewriter) const {
        for (const std::string& member : split_addresses(line.value)) {
            const ParsedAddress parsed = parse_address(
                rewriter, member, AddressRole::kEnvelopeRecipient, Deadline::in(kRewriteTime));
            if (parsed.ok()) continue;
            say(cat(source_.path, ": line ", line.line, ": ", parsed.message));
        }
    }

    // Keys and values carry their NUL, as the tools of old wrote them; "@" says: complete.
    Status write(MapBuilder& builder) {
        for (const auto& [key, value] : read_.entries) {
            SM_TRY(const auto put, builder.put(key + '\0', value + '\0'));
            static_cast<void>(put);
        }
        const std::string complete("@\0", 2);
        SM_TRY(const auto put, builder.put(complete, complete));
        static_cast<void>(put);
        return {};
    }

    Config& config_;
    const AliasSource& source_;
    AliasText read_;
};

}  // namespace

Exit rebuild_mode(Invocation& invocation) {
    prepare_process(invocation);
    Exit result = Exit::kOk;
    const auto aliases = parse_map_type_aliases(invocation.config->options.map_type_alias);
    if (!aliases.ok()) return aliases.error().code;  // said when it was read
    for (const std::string& spec : invocation.config->options.alias_file) {
        AliasSource source = source_of(spec);
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
