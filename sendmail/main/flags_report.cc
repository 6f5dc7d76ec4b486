#include "sendmail/main/flags_report.h"

#include <vector>

#include "libcf/line_readers.h"
#include "libsm/features.h"

namespace sm {

namespace {

constexpr std::size_t kWidth = 64;

// " Compiled with: A B C", further lines begin with two tabs.
void append_words(std::string& out, std::string_view title,
                  const std::vector<std::string_view>& words) {
    std::string line(title);
    std::size_t column = line.size();
    for (const std::string_view word : words) {
        if (column + word.size() + 1 > kWidth) {
            append(out, line, '\n');
            line = "\t\t";
            column = 16;
        } else {
            line += ' ';
            ++column;
        }
        line += word;
        column += word.size();
    }
    append(out, line, '\n');
}

}  // namespace

std::string_view default_mta_cf() {
    return "/etc/mail/sendmail.cf";
}
std::string_view default_submission_cf() {
    return "/etc/mail/submit.cf";
}

std::string report_build(int level, const HostIdentity* host) {
    std::string out;
    if (level >= 1) {
        append(out, "Version ", version(), '\n');
        append_words(out, " Compiled with:", compiled_with());
    }
    if (level >= 10) {
        append_words(out, "    OS Defines:", os_defines());
        append(out, "Kernel symbols:\t/boot/vmlinux\n");
        append(out, "     Conf file:\t", default_submission_cf(), " (default for MSP)\n");
        append(out, "     Conf file:\t", default_mta_cf(), " (default for MTA)\n");
        append(out, "      Pid file:\t/var/run/sendmail.pid (default)\n");
    }
    if (level >= 12) append_words(out, " libsm Defines:", libsm_defines());
    if (level >= 13) append_words(out, "   FFR Defines:", ffr_defines());
    if (level >= 4 && host != nullptr) {
        append(out, "Canonical name: ", host->canonical, '\n');
        append(out, " UUCP nodename: ", host->node, '\n');
        for (const std::string& alias : host->aliases) append(out, "\ta.k.a.: ", alias, '\n');
    }
    return out;
}

std::string report_configuration(int level, const Config& config, const HostIdentity& host) {
    std::string out;
    if (level >= 10) {
        append(out, "     Conf file:\t", config.path, " (selected)\n");
        append(out, "      Pid file:\t", expand_macros(config.options.pid_file, config.macros),
               " (selected)\n");
    }
    const auto value = [&config](std::string_view name) {
        return expand_macros(config.macros.get(name), config.macros);
    };
    static_cast<void>(host);
    append(out, "\n============ SYSTEM IDENTITY (after readcf) ============\n",
           "      (short domain name) $w = ", value("w"), '\n',
           "  (canonical domain name) $j = ", value("j"), '\n',
           "         (subdomain name) $m = ", value("m"), '\n',
           "              (node name) $k = ", value("k"), '\n',
           "========================================================\n\n");
    if (level >= 15) {
        for (const auto& mailer : config.mailers) {
            append(out, describe_mailer(config, *mailer), '\n');
        }
    }
    return out;
}

}  // namespace sm
