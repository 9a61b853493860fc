// What OpenJPEG's own build would have found out.
#pragma once

#define OPJ_VERSION_MAJOR 2
#define OPJ_VERSION_MINOR 5
#define OPJ_VERSION_BUILD 3
