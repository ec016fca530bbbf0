# A folder under src/ is a layer, and a layer is a static library whose include path holds only its own
# folder and the folders it names in DEPS. An include that breaks the rule does not compile.
# LIBS are third-party libraries: linked privately, so their headers stay inside the folder.
function(hkv_module name)
    cmake_parse_arguments(M "" "" "DEPS;LIBS;SOURCES" ${ARGN})
    list(TRANSFORM M_SOURCES PREPEND ${PROJECT_SOURCE_DIR}/src/${name}/)
    add_library(${name} STATIC ${M_SOURCES})
    set(door ${PROJECT_BINARY_DIR}/inc/${name})
    file(MAKE_DIRECTORY ${door})
    file(CREATE_LINK ${PROJECT_SOURCE_DIR}/src/${name} ${door}/${name} SYMBOLIC)
    target_include_directories(${name} PUBLIC ${door})
    target_compile_options(${name} PRIVATE -ffile-prefix-map=${door}/${name}=src/${name})
    if(NOT HKV_SANITIZE) # whose frames are several times as large
        target_compile_options(${name} PRIVATE -Wframe-larger-than=16384) # a stack may have 64 KiB
    endif()
    target_link_libraries(${name} PUBLIC ${M_DEPS} PRIVATE hkv_flags ${M_LIBS})
endfunction()
