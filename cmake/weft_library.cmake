# The library's targets, put together from lists that the floors' folders write.

# Adds files of the calling folder to a library: sources and headers alike, one a line.
# A header is public (installed, promised, compiled alone by the target all_verify_interface_header_sets) unless it lies
# in detail/ (installed, since templates need it, but not promised) or in backend/ (never installed).
function(weft_sources library)
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}" NORMALIZE)
    if(NOT EXISTS "${file}")
      message(FATAL_ERROR "${CMAKE_CURRENT_SOURCE_DIR}/CMakeLists.txt lists ${file}, which does not exist")
    endif()
    set_property(GLOBAL APPEND PROPERTY weft_files_${library} "${file}")
  endforeach()
endfunction()

# Our own targets' warnings; never passed on to those who link them.
function(weft_warnings target)
  target_compile_options(${target} PRIVATE
    $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wconversion>
    # g++ 12 takes the inlined copy in `"text" + std::string` for an overlap (its bug 105651, mended in 13).
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
    $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${WEFT_WERROR}>>:-Werror>)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
endfunction()

# Makes the static library weft_<name> (weft for `weft`), alias weft::<name>, of what weft_sources() gathered for it.
# A library that has no source yet is left out.
function(weft_library name)
  get_property(files GLOBAL PROPERTY weft_files_${name})
  set(sources ${files})
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  set(headers ${files})
  list(FILTER headers INCLUDE REGEX "\\.hpp$")
  if(NOT sources)
    return()
  endif()
  set(target weft_${name})
  if(name STREQUAL "weft")
    set(target weft)
  endif()

  set(public ${headers})
  list(FILTER public EXCLUDE REGEX "/(detail|backend)/[^/]*$")
  set(detail ${headers})
  list(FILTER detail INCLUDE REGEX "/detail/[^/]*$")
  set(private ${headers})
  list(FILTER private INCLUDE REGEX "/backend/[^/]*$")

  add_library(${target} STATIC ${sources} ${private})
  add_library(weft::${name} ALIAS ${target})
  target_sources(${target}
    PUBLIC
      FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${public}
      FILE_SET detail TYPE HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${detail})
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES
    EXPORT_NAME ${name}
    POSITION_INDEPENDENT_CODE ON
    VERIFY_INTERFACE_HEADER_SETS ON
    INTERFACE_HEADER_SETS_TO_VERIFY HEADERS)
  weft_warnings(${target})
endfunction()
