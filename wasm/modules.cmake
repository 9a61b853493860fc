# The WebAssembly modules that the page loads; README.md lists them. Part of CMakeLists.txt.

# The core has no exceptions to catch: errors are values, and what is left ends the module, which its
# caller sees as a JavaScript exception. Atomics and bulk memory let the same objects go into modules
# with shared memory and without; every browser with SIMD has them. Only one thread decodes, so the
# tables made at the first image need no guard.
target_compile_options(thoraxlite_core PUBLIC
  -msimd128 -matomics -mbulk-memory -fno-exceptions -fno-rtti -fno-threadsafe-statics)

# What runs once a pixel, a block or a tile is made quick; for the rest only size counts.
set(small_sources bindings/thoraxlite.cpp ${core_sources})
list(FILTER small_sources EXCLUDE REGEX
  "engine/(reference|simd/kernels)|image/(crc32|decode_jpeg|decode_png|inverse_dct|jpeg_scan|png_unfilter|prepare|read_film)|core/lung_view")
set_source_files_properties(${small_sources} PROPERTIES COMPILE_OPTIONS -Oz)
# This is as quick so, and smaller.
set_source_files_properties(core/image/crc32.cpp PROPERTIES COMPILE_OPTIONS -Os)

# The block of the readers of DICOM has room.
target_compile_options(thoraxlite_dicom PRIVATE -O2)

# link_module(TARGET NAME MEMORY FUNCTION...): as an ES module that exports these functions of the C ABI
# from what create<NAME>() gives, with at most so much memory.
# DYNAMIC_EXECUTION=0: the page's content security policy allows no eval.
# STACK_SIZE: XNNPACK and the decoders need more than Emscripten's 64 KB.
# MALLOC: a few large buffers an image need no better allocator than the smallest.
# Map: for tools/module-parts.mjs and the licences' test, what was linked, and how many bytes of each.
function(link_module target name memory)
  list(TRANSFORM ARGN PREPEND _ OUTPUT_VARIABLE functions)
  list(JOIN functions "," functions)
  set_target_properties(${target} PROPERTIES SUFFIX .mjs)
  target_link_options(${target} PRIVATE
    --no-entry
    -sSTRICT
    -sMODULARIZE
    -sEXPORT_ES6
    -sEXPORT_NAME=create${name}
    -sENVIRONMENT=web,worker,node
    -sFILESYSTEM=0
    -sDYNAMIC_EXECUTION=0
    -sALLOW_MEMORY_GROWTH
    -sMAXIMUM_MEMORY=${memory}
    -sSTACK_SIZE=1MB
    -sMALLOC=emmalloc
    -sEXPORTED_RUNTIME_METHODS=HEAPU8
    -sEXPORTED_FUNCTIONS=${functions}
    LINKER:-Map=$<TARGET_FILE_DIR:${target}>/${target}.map)
endfunction()

set(functions version allocate free open screen screen_pixels evidence lung_field decode pixels)
list(TRANSFORM functions PREPEND thoraxlite_)

# add_module(NAME ENGINE [RELAXED] [THREADS]): a module with this one engine, SIMD or XNNPACK.
function(add_module name engine)
  cmake_parse_arguments(PARSE_ARGV 2 module "RELAXED;THREADS" "" "")
  add_executable(${name} bindings/thoraxlite.cpp core/engine/engine.cpp)
  target_compile_definitions(${name} PRIVATE THORAXLITE_${engine})
  if(engine STREQUAL SIMD)
    # Without reading what that engine runs none of: networks from elsewhere are for the other module.
    target_sources(${name} PRIVATE core/model/operators.cpp)
    target_compile_definitions(${name} PRIVATE THORAXLITE_SIMD_OPERATORS)
  elseif(module_RELAXED)
    # Before the core's own XNNPACK: the linker takes what it finds first.
    target_link_libraries(${name} PRIVATE deps::xnnpack_relaxed)
    target_link_options(${name} PRIVATE -mrelaxed-simd)
  endif()
  target_link_libraries(${name} PRIVATE thoraxlite_core thoraxlite_version thoraxlite_options)
  link_module(${name} Thoraxlite 1GB ${functions})
  target_link_options(${name} PRIVATE
    -Oz
    -sINCOMING_MODULE_JS_API=wasmBinary,instantiateWasm,locateFile,print,printErr,mainScriptUrlOrBlob)
  if(module_RELAXED AND engine STREQUAL SIMD)
    target_relaxed_simd(${name})
  endif()
  if(module_THREADS)
    target_threads(${name} [[Module["threads"]-1]])
  endif()
endfunction()

# A program's own objects come before those of the core: these functions compile what differs into it.
function(target_relaxed_simd target)
  target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/wasm/core/engine/simd/kernels.cpp)
  target_compile_definitions(${target} PRIVATE THORAXLITE_KERNELS=kernels_base)
  target_compile_options(${target} PRIVATE -mrelaxed-simd)
  target_link_options(${target} PRIVATE -mrelaxed-simd)
endfunction()

# workers: how many there are from the start, as JavaScript.
function(target_threads target workers)
  target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/wasm/core/engine/simd/workers.cpp)
  target_compile_definitions(${target} PRIVATE THORAXLITE_THREADS)
  target_compile_options(${target} PRIVATE -pthread)
  # Emscripten warns that views of growing shared memory cost time in JavaScript; ours are few.
  target_link_options(${target} PRIVATE
    -pthread -sPTHREAD_POOL_SIZE=${workers} -Wno-pthreads-mem-growth)
endfunction()

add_module(thoraxlite SIMD)
add_module(thoraxlite-relaxed SIMD RELAXED)
add_module(thoraxlite-threads SIMD THREADS)
add_module(thoraxlite-relaxed-threads SIMD RELAXED THREADS)
if(THORAXLITE_XNNPACK)
  add_module(thoraxlite-xnnpack XNNPACK)
  add_module(thoraxlite-xnnpack-relaxed XNNPACK RELAXED)
endif()
configure_file(bindings/thoraxlite.d.mts thoraxlite.d.mts COPYONLY)

# What reads DICOM files in the page: no engine, and no model.
add_executable(thoraxlite-dicom bindings/dicom.cpp)
target_link_libraries(thoraxlite-dicom PRIVATE thoraxlite_dicom thoraxlite_options)
link_module(thoraxlite-dicom Dicom 2GB
  dicom_allocate dicom_open dicom_decode dicom_samples dicom_film dicom_pixels)
target_link_options(thoraxlite-dicom PRIVATE
  -O2 -sINCOMING_MODULE_JS_API=instantiateWasm,locateFile,print,printErr)
configure_file(bindings/dicom.d.mts dicom.d.mts COPYONLY)
