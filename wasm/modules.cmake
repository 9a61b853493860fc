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
  "engine/(reference|simd/kernels)|image/(crc32|decode_png|inverse_dct|prepare|read_film)")
set_source_files_properties(${small_sources} PROPERTIES COMPILE_OPTIONS -Oz)
# These are as quick so, and smaller.
set_source_files_properties(core/image/crc32.cpp core/image/decode_png.cpp
  PROPERTIES COMPILE_OPTIONS -Os)

# The block of the readers of DICOM has room.
target_compile_options(thoraxlite_dicom PRIVATE -O2)

set(functions "")
foreach(function version allocate free open screen screen_pixels evidence lung_field decode pixels)
  list(APPEND functions _thoraxlite_${function})
endforeach()
list(JOIN functions "," functions)

# add_module(NAME ENGINE [RELAXED] [THREADS]): a module with this one engine, SIMD or XNNPACK.
function(add_module name engine)
  cmake_parse_arguments(PARSE_ARGV 2 module "RELAXED;THREADS" "" "")
  add_executable(${name} bindings/thoraxlite.cpp core/engine/engine.cpp)
  target_compile_definitions(${name} PRIVATE THORAXLITE_${engine})
  target_link_libraries(${name} PRIVATE thoraxlite_core thoraxlite_version thoraxlite_options)
  set_target_properties(${name} PROPERTIES SUFFIX .mjs)
  # DYNAMIC_EXECUTION=0: the page's content security policy allows no eval.
  # STACK_SIZE: XNNPACK and the decoders need more than Emscripten's 64 KB.
  # MALLOC: a few large buffers an image need no better allocator than the smallest.
  target_link_options(${name} PRIVATE
    -Oz
    --no-entry
    -sSTRICT
    -sMODULARIZE
    -sEXPORT_ES6
    -sEXPORT_NAME=createThoraxlite
    -sENVIRONMENT=web,worker,node
    -sFILESYSTEM=0
    -sDYNAMIC_EXECUTION=0
    -sALLOW_MEMORY_GROWTH
    -sMAXIMUM_MEMORY=1GB
    -sSTACK_SIZE=1MB
    -sMALLOC=emmalloc
    -sINCOMING_MODULE_JS_API=wasmBinary,instantiateWasm,locateFile,print,printErr,mainScriptUrlOrBlob
    -sEXPORTED_RUNTIME_METHODS=HEAPU8
    -sEXPORTED_FUNCTIONS=${functions})
  # For tools/module-parts.mjs: what was linked, and how many bytes of each.
  target_link_options(${name} PRIVATE LINKER:-Map=$<TARGET_FILE_DIR:${name}>/${name}.map)
  if(module_RELAXED)
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
endif()
configure_file(bindings/thoraxlite.d.mts thoraxlite.d.mts COPYONLY)

# What reads DICOM files in the page: no engine, and no model.
add_executable(thoraxlite-dicom bindings/dicom.cpp)
target_link_libraries(thoraxlite-dicom PRIVATE thoraxlite_dicom thoraxlite_options)
set_target_properties(thoraxlite-dicom PROPERTIES SUFFIX .mjs)
set(functions "")
foreach(function allocate open decode samples film pixels)
  list(APPEND functions _dicom_${function})
endforeach()
list(JOIN functions "," functions)
target_link_options(thoraxlite-dicom PRIVATE
  -O2
  --no-entry
  -sSTRICT
  -sMODULARIZE
  -sEXPORT_ES6
  -sEXPORT_NAME=createDicom
  -sENVIRONMENT=web,worker,node
  -sFILESYSTEM=0
  -sDYNAMIC_EXECUTION=0
  -sALLOW_MEMORY_GROWTH
  -sMAXIMUM_MEMORY=2GB
  -sSTACK_SIZE=1MB
  -sMALLOC=emmalloc
  -sINCOMING_MODULE_JS_API=instantiateWasm,locateFile,print,printErr
  -sEXPORTED_RUNTIME_METHODS=HEAPU8
  -sEXPORTED_FUNCTIONS=${functions})
target_link_options(thoraxlite-dicom PRIVATE
  LINKER:-Map=$<TARGET_FILE_DIR:thoraxlite-dicom>/thoraxlite-dicom.map)
configure_file(bindings/dicom.d.mts dicom.d.mts COPYONLY)
