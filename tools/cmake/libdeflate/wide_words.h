/* Included before libdeflate's inflater where size_t has 32 bits but integers of 64 are the
   machine's own, as in WebAssembly: it then holds as many bits as elsewhere. */
#include "lib/lib_common.h"
#define machine_word_t u64
#undef load_word_unaligned
#undef store_word_unaligned
#define load_word_unaligned load_u64_unaligned
#define store_word_unaligned store_u64_unaligned
#define get_unaligned_leword get_unaligned_le64
