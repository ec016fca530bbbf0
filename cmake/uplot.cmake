# Brings `page`: the source of the page of --html, made of web/ and of uPlot, which ./setup fetched through a package
# registry (docs/decisions/0010-html.md).
set(uplot ${HKV_DEPS_DIR}/uplot)
if(NOT EXISTS ${uplot}/uPlot.iife.min.js)
    message(FATAL_ERROR "uPlot was not found in ${HKV_DEPS_DIR}: run ./setup")
endif()
set(page ${PROJECT_BINARY_DIR}/gen/page.c)
file(GLOB web CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/*)
add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -DWEB=${PROJECT_SOURCE_DIR}/web -DUPLOT=${uplot} -DOUT=${page}
        -P ${PROJECT_SOURCE_DIR}/cmake/page.cmake
    DEPENDS ${web} ${uplot}/uPlot.iife.min.js ${PROJECT_SOURCE_DIR}/cmake/page.cmake
    COMMENT "the page of --html")
