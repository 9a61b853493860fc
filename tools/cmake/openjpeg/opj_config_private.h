// What OpenJPEG's own build would have found out. Every machine that this is built for is little
// endian.
#pragma once

#define OPJ_PACKAGE_VERSION "2.5.3"
#define OPJ_HAVE_MALLOC_H
#define OPJ_HAVE_POSIX_MEMALIGN
#define _POSIX_C_SOURCE 200112L
