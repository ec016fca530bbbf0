# HKV_SANITIZE=address,undefined or thread: every target of the build, third-party sources included.
set(HKV_SANITIZE "" CACHE STRING "sanitizers to build with")
if(HKV_SANITIZE)
    add_compile_options(-fsanitize=${HKV_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${HKV_SANITIZE})
endif()
