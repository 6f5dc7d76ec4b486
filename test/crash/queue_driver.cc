// The queue without the network: accepts messages into a queue directory and delivers them with
// the real QueueStore, Worker and QueueSink to a mailbox file. For test/crash/run.sh, which kills
// it at every point and compares what "clients" were told with what the mailbox holds.
//
//   queue_driver accept QUEUE LEDGER COUNT   appends "250 SERIAL" to LEDGER for each commit
//   queue_driver deliver QUEUE MAILBOX       one queue run; a line "SERIAL RECIPIENT SUM" for each
//                                            delivery, "SERIAL RECIPIENT DSN" for each bounce
// Message SERIAL has recipients ok1, ok2, ok3 and, every third, bad (bounces).
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "libsm/files.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/envelope/derived.h"
#include "sendmail/runner/queue_sink.h"
#include "sendmail/runner/worker.h"

namespace sm {
namespace {

std::string body_of(int serial) {
    std::string body;
    for (int line = 0; line < 40 + serial % 7; ++line) {
        append(body, "message ", serial, " line ", line, " of the body\n");
    }
    return body;
}

void add_header(Envelope& envelope, const std::string& name, const std::string& value) {
    HeaderField field;
    field.name = name;
    field.value = cat(' ', value);
    field.from_message = true;
    envelope.headers.append(field);
}

Config make_config(const std::string& queue) {
    Config config;
    QueueGroupSpec group;
    group.name = "mqueue";
    group.directories = {queue};
    config.queue_groups.push_back(group);
    return config;
}

int accept_messages(const std::string& queue, const std::string& ledger, int count) {
    const Config config = make_config(queue);
    QueueStore store(config, system_clock());
    const auto told = open_file(ledger, O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (!told.ok()) return 1;
    for (int serial = 1; serial <= count; ++serial) {
        Envelope envelope;
        envelope.sender = "<sender@x.test>";
        add_header(envelope, "X-Serial", cat(serial));
        for (const char* name : {"ok1", "ok2", "ok3", "bad"}) {
            if (std::string_view(name) == "bad" && serial % 3 != 0) continue;
            Recipient recipient;
            recipient.address = cat('<', name, "@r.test>");
            envelope.recipients.push_back(recipient);
        }
        if (!store.begin(envelope).ok()) continue;
        if (!write_all(envelope.body_fd.get(), body_of(serial)).ok()) {
            store.abandon(envelope);
            continue;
        }
        auto job = store.commit(std::move(envelope));
        if (!job.ok()) {
            store.abandon(envelope);
            continue;
        }
        // Now the client hears 250.
        if (!write_all(told.value().get(), cat("250 ", serial, '\n')).ok()) return 1;
    }
    return 0;
}

// Delivers into the mailbox, one transaction per recipient; "bad" does not exist.
class MailboxParts final : public DeliveryParts {
  public:
    MailboxParts(const std::string& mailbox, MessageSink& sink) : mailbox_(mailbox), sink_(sink) {
        mailer_.name = "mailbox";
        mailer_.path = "[IPC]";
    }
    void begin_job(Envelope&) override {}
    Status expand(Envelope& envelope, Deadline) override {
        for (Recipient& recipient : envelope.recipients) {
            recipient.target = Target{&mailer_, "r.test", recipient.address};
        }
        return {};
    }
    void note(std::string_view) override {}
    void refused(std::string_view, std::string_view) override {}
    std::optional<ControllingUser> sender_account(Envelope&, const std::string&) override {
        return {};
    }
    std::vector<Batch> batches(Envelope& envelope) override {
        std::vector<Batch> out;
        for (Recipient& recipient : envelope.recipients) {
            if (recipient.state == Recipient::State::kQueued && recipient.status == Exit::kOk) {
                out.push_back(Batch{&mailer_, "r.test", {&recipient}});
            }
        }
        return out;
    }
    std::vector<DeliveryResult> deliver(const Envelope& envelope, const Batch& batch) override {
        DeliveryResult result;
        result.status = Exit::kTempFail;
        const std::string& address = batch.recipients[0]->address;
        if (address == "<bad@r.test>") {
            result.status = Exit::kNoUser;
            result.dsn = "5.1.1";
            result.text = "User unknown";
        } else if (write_line(envelope, address).ok()) {
            result.status = Exit::kOk;
            result.dsn = "2.0.0";
            result.text = "Sent";
        } else {
            result.text = "Deferred";
        }
        return {result};
    }
    Result<ReturnOutcome> send_report(ReturnRequest request) override {
        Envelope report;
        report.sender = "<>";
        report.is_response = true;
        Recipient to;
        to.address = request.original.sender;
        report.recipients.push_back(to);
        const HeaderField* serial = request.original.headers.find("X-Serial");
        add_header(report, "X-Report-Of",
                   cat(serial == nullptr ? "?" : trim(serial->value), ' ',
                       request.recipients[0]->address));
        SM_CHECK_OK(sink_.begin(report));
        SM_CHECK_OK(write_all(report.body_fd.get(), "report\n"));
        ReturnOutcome outcome;
        SM_TRY(outcome.id, sink_.submit(std::move(report)));
        return outcome;
    }

  private:
    Status write_line(const Envelope& envelope, const std::string& address) {
        SM_TRY(const std::string body, read_file(envelope.body_path));
        std::string line;
        if (const HeaderField* report = envelope.headers.find("X-Report-Of")) {
            line = cat(trim(report->value), body == "report\n" ? " DSN\n" : " CUT\n");
        } else {
            const HeaderField* serial = envelope.headers.find("X-Serial");
            const std::string number(serial == nullptr ? "?" : trim(serial->value));
            const bool whole = body == body_of(std::atoi(number.c_str()));
            line = cat(number, ' ', address,
                       whole          ? " WHOLE\n"
                       : body.empty() ? " EMPTY\n"
                                      : " CUT\n");
        }
        SM_TRY(const UniqueFd fd, open_file(mailbox_, O_WRONLY | O_APPEND | O_CREAT, 0600));
        SM_CHECK_OK(write_all(fd.get(), line));
        return sync_fd(fd.get(), mailbox_);
    }

    std::string mailbox_;
    MessageSink& sink_;
    MailerSpec mailer_;
};

int deliver_queue(const std::string& queue, const std::string& mailbox) {
    const Config config = make_config(queue);
    QueueStore store(config, system_clock());
    QueueSink sink(config, store, {});
    MailboxParts parts(mailbox, sink);
    Statistics statistics;
    Worker worker(config, system_clock(), statistics, parts);
    const auto jobs = store.scan("", JobKind::kNormal, ScanDetail::kOrder);
    if (!jobs.ok()) return 1;
    for (const JobSummary& summary : jobs.value()) {
        auto job = store.open_job(summary.id, summary.directory);
        if (!job.ok() || !job.value()) continue;
        static_cast<void>(worker.attempt(*job.value(), {}));
    }
    return 0;
}

}  // namespace
}  // namespace sm

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv, argv + argc);
    sm::log_set_level(0);
    static_cast<void>(sm::log_open_file("/dev/null", "queue_driver"));
    if (words.size() == 5 && words[1] == "accept") {
        return sm::accept_messages(words[2], words[3], std::atoi(words[4].c_str()));
    }
    if (words.size() == 4 && words[1] == "deliver") return sm::deliver_queue(words[2], words[3]);
    static_cast<void>(sm::write_all(2, "usage: queue_driver accept|deliver ...\n"));
    return 64;
}
