# cmake -DWEB=... -DUPLOT=... -DOUT=page.c -P page.cmake: web/ and uPlot as two texts in a C source, one before the results
# of a page and one after them (src/report/html/html.h).
set(scripts dom units histogram charts drawings run compare capacity sweep trend page) # a file uses those before it

file(READ ${WEB}/page.html page)
file(READ ${UPLOT}/uPlot.min.css style)
file(READ ${WEB}/report.css own)
string(APPEND style "${own}")
file(READ ${UPLOT}/LICENSE license)
file(READ ${UPLOT}/uPlot.iife.min.js script)
string(PREPEND script "/* uPlot:\n${license}*/\n")
foreach(name ${scripts})
    file(READ ${WEB}/${name}.js own)
    string(APPEND script "${own}")
endforeach()
if(script MATCHES "</script" OR style MATCHES "</style")
    message(FATAL_ERROR "a script of the page would end it")
endif()

# Semicolons and brackets mean something to CMake's lists: the texts only ever pass as strings.
string(REPLACE "@STYLE@" "${style}" page "${page}")
string(REPLACE "@SCRIPT@" "${script}" page "${page}")
string(FIND "${page}" "@RESULTS@" cut)
math(EXPR rest "${cut} + 9")
string(SUBSTRING "${page}" 0 ${cut} before)
string(SUBSTRING "${page}" ${rest} -1 after)

function(bytes_of name text)
    file(WRITE ${OUT}.${name} "${text}")
    file(READ ${OUT}.${name} hex HEX)
    file(REMOVE ${OUT}.${name})
    string(REGEX REPLACE "(................................)" "\\1\n" hex "${hex}")
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
    set(${name} "const unsigned char page_${name}[] = {\n${hex}0};\n" PARENT_SCOPE)
endfunction()
bytes_of(before "${before}")
bytes_of(after "${after}")
file(WRITE ${OUT} "// Made by cmake/page.cmake.\n#include \"report/html/page.h\"\n\n${before}${after}")
