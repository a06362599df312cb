# WEFT_SANITIZE turns on sanitizers for everything that is built after this file was included.
# What they do at run time is set where tests are run: CMakePresets.json, testPresets.

if(WEFT_SANITIZE)
  add_compile_options(-fsanitize=${WEFT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${WEFT_SANITIZE})
endif()
