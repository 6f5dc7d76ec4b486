// Fakes for the tests of this folder: a server that answers from a script, and a Privileged that
// does nothing.
#pragma once

#include <cerrno>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "libcf/cf_reader.h"
#include "libsm/byte_stream.h"
#include "libsm/strings.h"
#include "sendmail/deliver/make_agent.h"

namespace sm {

// The other end of a connection: `replies` become readable one after the other, each as soon as
// the client has written (or at once when `eager`); "" closes the connection.
class ScriptedStream final : public ByteStream {
  public:
    ScriptedStream(std::deque<std::string> replies, std::string* written)
        : replies_(std::move(replies)), written_(written) {}

    Result<std::size_t> read(char* buffer, std::size_t size, Deadline /*deadline*/) override {
        if (current_.empty() && !replies_.empty()) {
            current_ = std::move(replies_.front());
            replies_.pop_front();
        }
        if (current_.empty()) return std::size_t{0};
        const std::size_t count = std::min(size, current_.size());
        current_.copy(buffer, count);
        current_.erase(0, count);
        return count;
    }
    Status write(std::string_view data, Deadline /*deadline*/) override {
        *written_ += cat("[", data, "]");
        return {};
    }
    [[nodiscard]] bool pending() const override { return false; }
    [[nodiscard]] int fd() const override { return -1; }

  private:
    std::deque<std::string> replies_;
    std::string* written_;
    std::string current_;
};

class NoPrivileges : public Privileged {
  public:
    Result<StartedMailer> start_mailer(const MailerSpec& /*mailer*/,
                                       const std::vector<std::string>& /*argv*/,
                                       const Credentials& /*user*/,
                                       std::string_view /*home*/) override {
        return Error{};
    }
    Result<ChildStatus> wait_mailer(pid_t /*pid*/, Deadline /*deadline*/) override {
        return Error{};
    }
    Result<UserFile> open_user_file(UserFileKind /*kind*/, const std::string& /*path*/,
                                    const Credentials& /*user*/) override {
        return Error{};
    }
    Result<UniqueFd> open_delivery_file(const std::string& /*path*/,
                                        const Credentials& /*user*/) override {
        return Error{};
    }
    Result<UniqueFd> connect_filter(int /*number*/, Deadline /*deadline*/) override {
        return Error{};
    }
    Result<bool> check_password(std::string_view /*user*/, std::string_view /*realm*/,
                                std::string_view /*password*/) override {
        return Error{};
    }
    Result<std::optional<std::string>> password_secret(std::string_view /*user*/,
                                                       std::string_view /*realm*/) override {
        return Error{};
    }
};

// A configuration from text, without asking anybody for this host's name.
inline ReadOutcome read_test_config(std::string_view text) {
    ReadSetup setup;
    HostIdentity identity;
    identity.canonical = "me.test";
    setup.identity = identity;
    return read_config_text("test.cf", cat(text, "O DontProbeInterfaces=true\n"), setup);
}

// A message of fixed text.
class FixedMessage final : public MessageSource {
  public:
    explicit FixedMessage(std::string text, bool eight_bit = false)
        : text_(std::move(text)), eight_bit_(eight_bit) {}
    Status write_message(const MailerSpec& /*mailer*/, const Batch& /*batch*/,
                         const MessageForm& form,
                         const std::function<Status(std::string_view)>& write) override {
        last_form = form;
        if (fails) return make_error(Exit::kTempFail, "body unreadable");
        return write(text_);
    }
    [[nodiscard]] bool needs_eight_bit() const override { return eight_bit_; }
    MessageForm last_form;
    bool fails = false;

  private:
    std::string text_;
    bool eight_bit_;
};

}  // namespace sm
