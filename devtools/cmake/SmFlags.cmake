# Compiler and linker flags: sanitizers (preset dev), hardening (preset release), coverage.
option(SM_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer; warnings are errors" OFF)
option(SM_COVERAGE "gcov instrumentation" OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g")

find_program(SM_CCACHE ccache)
if(SM_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${SM_CCACHE})
endif()

add_library(sm_flags INTERFACE)
target_include_directories(sm_flags INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(sm_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
    -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(sm_flags INTERFACE -Wlogical-op -Wduplicated-cond)
endif()
if(SM_SANITIZE)
    # At a fixed address: the million relocations of what the sanitizers describe would take more
    # than half of the time of a short program, and the tests start some ten thousand.
    target_compile_options(sm_flags INTERFACE
        -Werror -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
        -fno-pie)
    target_link_options(sm_flags INTERFACE -fsanitize=address,undefined -no-pie)
    target_compile_definitions(sm_flags INTERFACE SM_SANITIZE=1)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(sm_flags INTERFACE
        -fstack-protector-strong -fPIE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
    target_link_options(sm_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
if(SM_COVERAGE)
    target_compile_options(sm_flags INTERFACE --coverage)
    target_link_options(sm_flags INTERFACE --coverage)
    target_compile_definitions(sm_flags INTERFACE SM_COVERAGE=1)
endif()
