#include "sendmail/deliver/message_source.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "libmail/date.h"
#include "libsm/files.h"
#include "libsm/strings.h"
#include "sendmail/deliver/delivery_scope.h"
#include "sendmail/deliver/eight_bit.h"

namespace sm {
namespace {

constexpr std::size_t kReadSize = 64U << 10;

Error body_error(const Envelope& envelope, int number) {
    Error error = os_error(cat("body of ", envelope.id.str()), number);
    error.code = Exit::kTempFail;
    return error;
}

LineForm header_form(const MailerSpec& mailer, const MessageForm& form) {
    LineForm out;
    out.eol = form.smtp ? "\r\n" : mailer.eol;
    out.no_bare_cr = form.smtp;
    out.stuff_dots = form.smtp || mailer.has('X');
    out.seven_bit = mailer.has('6') || mailer.has('7');
    out.strip_nul = mailer.has('1');
    out.limit = static_cast<std::size_t>(std::max(0L, mailer.line_limit));
    if (out.limit == 0 && mailer.has('L')) out.limit = 990;
    return out;
}

LineForm body_form(const MailerSpec& mailer, const MessageForm& form) {
    LineForm out = header_form(mailer, form);
    out.seven_bit = mailer.has('7');
    out.escape_from = mailer.has('E');
    return out;
}

}  // namespace

Status read_body(const Envelope& envelope, const std::function<Status(std::string_view)>& take) {
    UniqueFd opened;
    int fd = envelope.body_fd.get();
    if (fd < 0) {
        if (envelope.body_path.empty()) return {};
        auto file = open_file(envelope.body_path, O_RDONLY);
        if (!file.ok()) return body_error(envelope, file.error().sys_errno);
        opened = std::move(file).value();
        fd = opened.get();
    }
    std::vector<char> buffer(kReadSize);
    off_t at = 0;
    for (;;) {
        const ssize_t count = ::pread(fd, buffer.data(), buffer.size(), at);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return body_error(envelope, errno);
        if (count == 0) return {};
        at += count;
        SM_CHECK_OK(take({buffer.data(), static_cast<std::size_t>(count)}));
    }
}

std::string EnvelopeSource::from_line(const MailerSpec& mailer, const std::string& sender) const {
    MacroScope scope(&envelope_.macros);
    scope.set("g", sender);
    scope.set("d", ctime_date(context_.clock.now()));
    const std::size_t bang = sender.find('!');
    if (mailer.has('U') && bang != std::string::npos) {
        return cat("From ", std::string_view(sender).substr(bang + 1), "  ",
                   ctime_date(context_.clock.now()), " remote from ",
                   std::string_view(sender).substr(0, bang), '\n');
    }
    std::string line = expand_macros(context_.config.options.unix_from_line, scope);
    if (mailer.has('U')) append(line, " remote from ", context_.config.macros.get("k"));
    return line + '\n';
}

bool EnvelopeSource::needs_eight_bit() const {
    return envelope_.has_8bit;
}

Status EnvelopeSource::write_body(LineWriter& writer) const {
    return read_body(envelope_, [&writer](std::string_view piece) { return writer.put(piece); });
}

Status EnvelopeSource::write_message(const MailerSpec& mailer, const Batch& batch,
                                     const MessageForm& form,
                                     const std::function<Status(std::string_view)>& write) {
    SM_TRY(const std::string sender, sender_for_mailer(envelope_, mailer, context_.config));
    MacroScope scope(&envelope_.macros);
    set_delivery_macros(scope, sender, batch);
    SM_TRY(std::vector<OutputField> fields,
           fields_for_mailer(envelope_, mailer, context_.config, scope));
    LineWriter writer(header_form(mailer, form), write);
    if (form.from_line) SM_CHECK_OK(writer.put(from_line(mailer, sender)));
    SM_TRY(const std::unique_ptr<BodyRecoder> recoder,
           make_body_recoder(envelope_, mailer, form, context_.config, &fields));
    for (const OutputField& field : fields) SM_CHECK_OK(writer.put(cat(field.text, '\n')));
    SM_CHECK_OK(writer.put("\n"));
    writer.set_form(body_form(mailer, form));
    if (recoder) {
        const auto put = [&writer](std::string_view piece) { return writer.put(piece); };
        SM_CHECK_OK(read_body(envelope_,
                              [&](std::string_view piece) { return recoder->feed(piece, put); }));
        SM_CHECK_OK(recoder->finish(put));
    } else {
        SM_CHECK_OK(write_body(writer));
    }
    if (mailer.has('b') && !writer.last_line_empty()) SM_CHECK_OK(writer.put("\n"));
    return writer.finish();
}

std::unique_ptr<MessageSource> make_message_source(const Envelope& envelope,
                                                   const AgentContext& context) {
    return std::make_unique<EnvelopeSource>(envelope, context);
}

Result<std::string> headers_for_mailer(const Envelope& envelope, const MailerSpec& mailer,
                                       const AgentContext& context) {
    // In a report the sender is shown as it is, never as MAILER-DAEMON.
    std::string sender;
    if (envelope.sender != "<>") {
        SM_TRY(sender, sender_for_mailer(envelope, mailer, context.config));
    }
    MacroScope scope(&envelope.macros);
    set_delivery_macros(scope, sender, Batch{&mailer, {}, {}});
    SM_TRY(const std::vector<OutputField> fields,
           fields_for_mailer(envelope, mailer, context.config, scope));
    std::string out;
    for (const OutputField& field : fields) append(out, field.text, '\n');
    return out;
}

}  // namespace sm
