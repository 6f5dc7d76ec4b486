# What is compiled in. Build passes -DSM_WITH_X=ON|OFF from the site file's -D words; AUTO (the
# default) means: on when the library is found. SM_FEATURE_X is the outcome.
#
# A feature is a file that is linked: sm_feature_sources(X file.cc) links file.cc when X is on,
# else file_off.cc, whose functions answer "not compiled in".
function(sm_feature name header library)
    set(SM_WITH_${name} AUTO CACHE STRING "AUTO, ON or OFF")
    set(outcome OFF)
    if(NOT SM_WITH_${name} STREQUAL "OFF")
        find_path(SM_${name}_INCLUDE ${header} HINTS ${SM_INCDIRS})
        find_library(SM_${name}_LIBRARY NAMES ${library} HINTS ${SM_LIBDIRS})
        if(SM_${name}_INCLUDE AND SM_${name}_LIBRARY)
            set(outcome ON)
        elseif(SM_WITH_${name} STREQUAL "ON")
            message(FATAL_ERROR
                "${name}: ${header} or lib${library} not found; install the package ${ARGV3}")
        endif()
    endif()
    set(SM_FEATURE_${name} ${outcome} PARENT_SCOPE)
endfunction()

sm_feature(STARTTLS openssl/ssl.h ssl libssl-dev)
sm_feature(SASL sasl/sasl.h sasl2 libsasl2-dev)
sm_feature(NEWDB db.h db libdb-dev)
sm_feature(CDB cdb.h cdb libcdb-dev)
sm_feature(LMDB lmdb.h lmdb liblmdb-dev)
sm_feature(LDAPMAP ldap.h ldap libldap-dev)
