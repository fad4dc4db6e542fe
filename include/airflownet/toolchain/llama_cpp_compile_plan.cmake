# Included by llama.cpp's own project() call (CMAKE_PROJECT_<name>_INCLUDE) to halve its compile time: its files
# share most of their headers and templates, so many are compiled as one (CMake's UNITY_BUILD property).
# The kernels (ggml*) are left alone, and they and libllama keep Release's -O3.

function(compile_together target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILES_AT_ONCE" "APART")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${arg_FILES_AT_ONCE})
    list(TRANSFORM arg_APART PREPEND "${CMAKE_SOURCE_DIR}/")
    set_source_files_properties(${arg_APART} TARGET_DIRECTORY ${target}
        PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

function(plan_compilation)
    # libllama compiles its models so by itself. The rest of it can be, too, but for one file that defines
    # functions another has as well.
    get_target_property(sources llama SOURCES)
    list(TRANSFORM sources PREPEND "${CMAKE_SOURCE_DIR}/src/")
    set_source_files_properties(${sources} TARGET_DIRECTORY llama PROPERTIES SKIP_UNITY_BUILD_INCLUSION OFF)
    compile_together(llama FILES_AT_ONCE 16 APART src/llama-kv-cache-dsv4.cpp)

    # json.cpp alone includes the JSON library; its names clash with those the others know it by.
    compile_together(llama-common FILES_AT_ONCE 18 APART common/json.cpp)
    compile_together(server-context FILES_AT_ONCE 5)
    compile_together(llama-server-impl FILES_AT_ONCE 4)
    # Images and sound, which the server links; the two apart refuse the library's inner headers.
    compile_together(mtmd FILES_AT_ONCE 64 APART tools/mtmd/mtmd-helper.cpp tools/mtmd/mtmd-helper-gen.cpp)

    foreach(target llama-common server-context llama-server-impl cpp-httplib)
        target_compile_options(${target} PRIVATE -O2)
    endforeach()
    # The pipeline sends text alone, and the command line is read once.
    target_compile_options(mtmd PRIVATE -O1)
    set_source_files_properties("${CMAKE_SOURCE_DIR}/common/arg.cpp" TARGET_DIRECTORY llama-common
        PROPERTIES COMPILE_OPTIONS -O1)
endfunction()

# Not before the whole tree has named its targets.
cmake_language(DEFER CALL plan_compilation)
