# Install rules: libraries, headers, CMake's package, pkg-config's files.

include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/weft")

# weft_install(<target> <export set>)
function(weft_install target export)
  if(TARGET ${target})
    install(TARGETS ${target}
      EXPORT ${export}
      ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
      FILE_SET HEADERS DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
      FILE_SET detail DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
    set_property(GLOBAL APPEND PROPERTY weft_export_sets ${export})
  endif()
endfunction()

weft_install(weft weft-targets)
weft_install(weft_sim weft-targets)
# On its own, so that a program that asks for weft alone needs no libcurl.
weft_install(weft_http weft-http-targets)

get_property(export_sets GLOBAL PROPERTY weft_export_sets)
list(REMOVE_DUPLICATES export_sets)
foreach(export IN LISTS export_sets)
  install(EXPORT ${export} NAMESPACE weft:: FILE ${export}.cmake DESTINATION "${package_dir}")
endforeach()

configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cmake/weft-config.cmake.in" "${PROJECT_BINARY_DIR}/weft-config.cmake"
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/weft-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/weft-config.cmake" "${PROJECT_BINARY_DIR}/weft-config-version.cmake"
  DESTINATION "${package_dir}")

# The .pc files find the prefix from where they lie, so that `cmake --install --prefix` may move them.
set(pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH pc_to_prefix "/prefix/${pc_dir}" "/prefix")
foreach(pc IN ITEMS weft weft-sim weft-http)
  string(REPLACE "-" "_" target ${pc})
  if(TARGET ${target})
    configure_file("${PROJECT_SOURCE_DIR}/cmake/${pc}.pc.in" "${PROJECT_BINARY_DIR}/${pc}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${pc}.pc" DESTINATION "${pc_dir}")
  endif()
endforeach()
