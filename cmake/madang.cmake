# How every target of Madang is compiled, and the three kinds of target there are:
#
#   madang_library(rental_domain SOURCES rental.cpp LINKS madang_kernel)
#   madang_program(madang SOURCES main.cpp LINKS madang_chassis)
#   madang_test(rental_rules PART rental SOURCES tests/rules_test.cpp LINKS rental_domain)
#
# A test belongs to a PART; `./dev test PART` runs it. MINUTES marks a test for `./dev test --all` only.
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(MADANG_SANITIZE "" CACHE STRING "address,undefined or thread")
if(MADANG_SANITIZE)
  set(CMAKE_CXX_FLAGS_RELEASE "-O1 -g1")  # a third less to compile, and clearer reports
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_package(GTest REQUIRED)

add_library(madang_flags INTERFACE)
target_include_directories(madang_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/contexts)
# -Wrestrict of g++ 12 is wrong about std::string at -O2 and above. clang warns of what g++'s std::stable_sort uses.
target_compile_options(madang_flags INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  -fdiagnostics-color=auto)
target_link_libraries(madang_flags INTERFACE Threads::Threads)
if(MADANG_SANITIZE)
  target_compile_options(madang_flags INTERFACE -fsanitize=${MADANG_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(madang_flags INTERFACE -fsanitize=${MADANG_SANITIZE})
endif()
option(MADANG_FUZZ "build tests/fuzz for libFuzzer, which takes clang" OFF)
if(MADANG_FUZZ)
  target_compile_options(madang_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(madang_library name)
  cmake_parse_arguments(it "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${it_SOURCES})
  target_link_libraries(${name} PUBLIC madang_flags ${it_LINKS})
endfunction()

function(madang_program name)
  cmake_parse_arguments(it "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${it_SOURCES})
  target_link_libraries(${name} PRIVATE madang_flags ${it_LINKS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

function(madang_test name)
  cmake_parse_arguments(it "" "PART;MINUTES" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${it_SOURCES})
  target_link_libraries(${name} PRIVATE madang_flags ${it_LINKS} GTest::gmock GTest::gtest GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(it_MINUTES)
    set_tests_properties(${name} PROPERTIES LABELS "${it_PART};long" TIMEOUT 3600)
  else()
    set_tests_properties(${name} PROPERTIES LABELS ${it_PART} TIMEOUT 300)
  endif()
endfunction()
