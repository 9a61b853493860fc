/* What libjpeg-turbo's own CMake project would find out of a GCC or Clang. */
#include <errno.h>

#define BUILD ""
#define INLINE __inline__ __attribute__((always_inline))
#define THREAD_LOCAL __thread
#define PACKAGE_NAME "libjpeg-turbo"
#define VERSION "2.1.5"
#define SIZEOF_SIZE_T __SIZEOF_SIZE_T__
#define HAVE_BUILTIN_CTZL
#define NO_GETENV
#define FALLTHROUGH __attribute__((fallthrough));
