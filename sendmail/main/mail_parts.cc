#include "sendmail/main/mail_parts.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "libcf/map_table.h"
#include "libcf/name_settings.h"
#include "libsm/log.h"
#include "libsm/strings.h"
#include "sendmail/privileged/identity.h"

namespace sm {
namespace {

bool owns_all_queues(const Config& config, uid_t uid) {
    for (const QueueGroupSpec& group : config.queue_groups) {
        for (const std::string& directory : group.directories) {
            struct stat info {};
            if (::stat(directory.c_str(), &info) != 0 || info.st_uid != uid) return false;
        }
    }
    return true;
}

}  // namespace

MailParts::~MailParts() = default;

// Before the first fork, as root: the handles serve every later process.
void MailParts::open_maps() {
    if (::geteuid() != 0) return;
    for (Map* map : config_.maps().all()) {
        if (map->files().empty()) continue;
        if (const Status opened = map->open(); !opened.ok()) {
            log_at(4, LogPriority::kWarning, cat("map ", map->name(), ": ", opened.error().text));
        }
    }
}

Status MailParts::start_privileged() {
    SM_TRY(user_, sm::session_user(config_));
    open_maps();
    files_ = &direct_queue_files();
    const bool run_as_user =
        config_.options.run_as_user_ids.has_value() && config_.options.run_as_user_ids->uid != 0;
    if (!user_ || run_as_user) {
        privileged_ = std::make_unique<DirectPrivileged>(config_);
        return {};
    }
    SM_TRY(door_, start_broker(config_));
    channel_ = std::make_unique<BrokerChannel>(door_);
    MapEnvironment& environment = config_.maps().environment();
    environment.open_file = make_map_opener(config_, *channel_);
    environment.connect_to = make_map_connector(environment.connect_to, config_, *channel_);
    privileged_ = std::make_unique<BrokerClient>(*channel_);
    if (!owns_all_queues(config_, user_->uid)) {
        broker_files_ = std::make_unique<BrokerQueueFiles>(config_, *channel_);
        files_ = broker_files_.get();
    }
    return {};
}

Result<std::unique_ptr<MailParts>> MailParts::make(Config& config) {
    std::unique_ptr<MailParts> parts(new MailParts(config));
    SM_CHECK_OK(parts->start_privileged());
    parts->store_ = std::make_unique<QueueStore>(config, system_clock(), *parts->files_);
    parts->resolver_ = make_resolver(resolver_settings(config.options));
    parts->names_ = std::make_unique<NameService>(name_settings(config.options), *parts->resolver_);
    parts->guide_ = std::make_unique<RouterGuide>(config, *parts->privileged_);
    return parts;
}

void MailParts::prepare_client_tls() {
    if (user_ && !config_.options.client_cert_file.empty()) client_tls_.prepare();
}

}  // namespace sm
