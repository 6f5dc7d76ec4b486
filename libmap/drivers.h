// The map classes: one maker each. nullptr: the class is not compiled in.
#pragma once

#include <memory>

#include "libmap/map_flags.h"
#include "libmap/map_types.h"

namespace sm {

[[nodiscard]] std::unique_ptr<Map> make_hash_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_implicit_map(MapFlags flags,
                                                     const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_btree_map(MapFlags flags,
                                                  const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_cdb_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_lmdb_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_text_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_regex_map(MapFlags flags,
                                                  const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_macro_map(MapFlags flags,
                                                  const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_arith_map(MapFlags flags,
                                                  const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_dequote_map(MapFlags flags,
                                                    const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_host_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_user_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_sequence_map(MapFlags flags,
                                                     const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_null_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_dns_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_bestmx_map(MapFlags flags,
                                                   const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_ldap_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_socket_map(MapFlags flags,
                                                   const MapEnvironment& environment);

[[nodiscard]] std::unique_ptr<Map> make_arpa_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_cidr_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_debug_map(MapFlags flags,
                                                  const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_fail_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_program_map(MapFlags flags,
                                                    const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_stab_map(MapFlags flags, const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_switch_map(MapFlags flags,
                                                   const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_syslog_map(MapFlags flags,
                                                   const MapEnvironment& environment);
[[nodiscard]] std::unique_ptr<Map> make_userdb_map(MapFlags flags,
                                                   const MapEnvironment& environment);

}  // namespace sm
