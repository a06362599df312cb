# cmake -DPROGRAM=p -P links_little.cmake: p needs neither libcurl nor OpenSSL, not even by way of another library.

execute_process(COMMAND ldd "${PROGRAM}" OUTPUT_VARIABLE libraries COMMAND_ERROR_IS_FATAL ANY)
if(NOT libraries MATCHES "libc\\.so")
  message(FATAL_ERROR "ldd tells nothing of ${PROGRAM}:\n${libraries}")
endif()
if(libraries MATCHES "lib(curl|ssl|crypto)")
  message(FATAL_ERROR "${PROGRAM} links ${CMAKE_MATCH_0}:\n${libraries}")
endif()
