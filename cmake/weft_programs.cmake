# Programs and tests, each one line in its folder's CMakeLists.txt.

set(WEFT_BIN_DIR "${PROJECT_BINARY_DIR}/bin")

# A misspelt keyword would be lost in silence.
function(weft_refuse_unknown command unknown)
  if(unknown)
    message(FATAL_ERROR "${command} does not know ${unknown}")
  endif()
endfunction()

# weft_app(<program> [DEMO] MAIN main.cpp [LIBRARY <name>] [LIBRARIES <library>...] [SOURCES <file>...])
# A program in <build>/bin. SOURCES become a library of their own, <name>, so that tests can link them without main().
# DEMO: scripts/demo.sh runs it.
function(weft_app program)
  cmake_parse_arguments(PARSE_ARGV 1 arg "DEMO" "MAIN;LIBRARY" "LIBRARIES;SOURCES")
  weft_refuse_unknown(${CMAKE_CURRENT_FUNCTION} "${arg_UNPARSED_ARGUMENTS}")
  add_executable(${program} ${arg_MAIN})
  target_link_libraries(${program} PRIVATE ${arg_LIBRARIES})
  if(arg_SOURCES)
    add_library(${arg_LIBRARY} STATIC ${arg_SOURCES})
    target_include_directories(${arg_LIBRARY} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${arg_LIBRARY} PUBLIC ${arg_LIBRARIES})
    weft_warnings(${arg_LIBRARY})
    target_link_libraries(${program} PRIVATE ${arg_LIBRARY})
  endif()
  weft_warnings(${program})
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${WEFT_BIN_DIR}")
  if(arg_DEMO)
    add_dependencies(demo ${program})
  endif()
  if(WEFT_INSTALL)
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endfunction()

# weft_example(<name> [LIBRARIES <library>...] [ARGS <argument>...] [LABELS <label>...] [ENVIRONMENT <name=value>...])
# <name>.cpp becomes <build>/bin/example_<name>. Where <name>.expected stands beside it, a test runs it (with ARGS) and
# compares what it prints with that text.
function(weft_example name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES;ARGS;LABELS;ENVIRONMENT")
  weft_refuse_unknown(${CMAKE_CURRENT_FUNCTION} "${arg_UNPARSED_ARGUMENTS}")
  if(NOT arg_LIBRARIES)
    set(arg_LIBRARIES weft::weft)
  endif()
  add_executable(example_${name} ${name}.cpp)
  target_link_libraries(example_${name} PRIVATE ${arg_LIBRARIES})
  weft_warnings(example_${name})
  set_target_properties(example_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${WEFT_BIN_DIR}")
  set(expected "${CMAKE_CURRENT_SOURCE_DIR}/${name}.expected")
  if(WEFT_BUILD_TESTS AND EXISTS "${expected}")
    list(JOIN arg_ARGS ";" arguments)
    add_test(NAME example.${name}
      COMMAND ${CMAKE_COMMAND} -E env ${arg_ENVIRONMENT}
              ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:example_${name}> "-DARGUMENTS=${arguments}"
              -DEXPECTED=${expected} -P "${PROJECT_SOURCE_DIR}/cmake/compare_output.cmake")
    weft_test_properties(example.${name} LABELS examples ${arg_LABELS})
  endif()
endfunction()

# weft_tests(<name> [WHOLE] [LABEL <label>] [LIBRARIES <library>...] [TIMEOUT <seconds>] SOURCES <file>...)
# One GoogleTest program of several files; ctest sees each TEST as <name>.<suite>.<test>, or, with
# WHOLE, the program as <name>: where its tests share a server that takes a second to start. The label `threads` puts it
# into the ThreadSanitizer run (the target tests_threads builds those alone). Without sources nothing is made.
function(weft_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "WHOLE" "LABEL;TIMEOUT" "LIBRARIES;SOURCES")
  weft_refuse_unknown(${CMAKE_CURRENT_FUNCTION} "${arg_UNPARSED_ARGUMENTS}")
  if(NOT arg_SOURCES)
    return()
  endif()
  if(NOT arg_LIBRARIES)
    set(arg_LIBRARIES weft::weft)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  string(REPLACE "." "_" program "test_${name}")
  if(NOT TARGET tests_nothing_left)
    add_library(tests_nothing_left OBJECT "${PROJECT_SOURCE_DIR}/tests/nothing_left.cpp")
    target_link_libraries(tests_nothing_left PRIVATE weft::weft GTest::gtest)
    weft_warnings(tests_nothing_left)
  endif()
  add_executable(${program} ${arg_SOURCES})
  if(NOT arg_WHOLE)  # whose tests share servers, which the first of them starts
    target_sources(${program} PRIVATE $<TARGET_OBJECTS:tests_nothing_left>)
  endif()
  target_include_directories(${program} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${program} PRIVATE ${arg_LIBRARIES} GTest::gtest_main)
  weft_warnings(${program})
  if(TARGET tests_precompiled)
    target_precompile_headers(${program} REUSE_FROM tests_precompiled)
  endif()
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${WEFT_BIN_DIR}/tests")
  if(arg_LABEL)
    if(NOT TARGET tests_${arg_LABEL})
      add_custom_target(tests_${arg_LABEL})
    endif()
    add_dependencies(tests_${arg_LABEL} ${program})
  endif()
  if(arg_WHOLE)
    add_test(NAME ${name} COMMAND ${program})
    weft_test_properties(${name} TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABEL})
    return()
  endif()
  gtest_discover_tests(${program}
    TEST_PREFIX "${name}."
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABEL}")
endfunction()

# weft_test_properties(<test> [LABELS <label>...] [TIMEOUT <seconds>]): what every test has, for add_test().
function(weft_test_properties test)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT" "LABELS")
  weft_refuse_unknown(${CMAKE_CURRENT_FUNCTION} "${arg_UNPARSED_ARGUMENTS}")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${test} PROPERTIES
    TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
