divert(-1)
define(`_VIRTUSER_ENTIRE_DOMAIN_', 1)
