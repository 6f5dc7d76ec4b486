divert(-1)
dnl Version of this configuration tree; becomes the macro Z (with confCF_VERSION behind a slash).
dnl Define confCF_BASE_VERSION first to claim another one.
ifdef(`confCF_BASE_VERSION', `', `define(`confCF_BASE_VERSION', `9.0.0')')
divert(0)dnl
DZ`'confCF_BASE_VERSION`'ifdef(`confCF_VERSION', `/confCF_VERSION')
