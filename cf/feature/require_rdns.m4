divert(-1)
define(`_REQUIRE_RDNS_', 1)
