# What is installed. Man pages and completions are what the program prints of itself (hkv-bench options).
install(TARGETS hkv-bench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

set(HKV_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING "where zsh finds completions")
set(manual ${PROJECT_BINARY_DIR}/manual)
file(MAKE_DIRECTORY ${manual})

# made(FILE WORDS...): FILE holds what `hkv-bench options WORDS` prints.
function(made file)
    string(JOIN " " words ${ARGN})
    add_custom_command(OUTPUT ${manual}/${file} DEPENDS hkv-bench VERBATIM
        COMMAND sh -c "'$<TARGET_FILE:hkv-bench>' options ${words} >'${manual}/${file}'")
    set_property(GLOBAL APPEND PROPERTY made ${manual}/${file})
endfunction()

made(hkv-bench.1 --man)
# Those of src/cli/manuals.c: tests/e2e/test_99_manual.py holds one against the other.
foreach(name compare saturate sweep selftest history merge record report serve options help)
    made(hkv-bench-${name}.1 --man=${name})
endforeach()
made(hkv-bench.bash --completion bash)
made(_hkv-bench --completion zsh)
made(hkv-bench.fish --completion fish)
get_property(pages GLOBAL PROPERTY made)
add_custom_target(manual ALL DEPENDS ${pages})
list(FILTER pages INCLUDE REGEX "[.]1$")

install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${manual}/hkv-bench.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
    RENAME hkv-bench)
install(FILES ${manual}/_hkv-bench DESTINATION ${HKV_ZSH_DIR})
install(FILES ${manual}/hkv-bench.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs contrib DESTINATION ${CMAKE_INSTALL_DOCDIR})
