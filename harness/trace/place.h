/*
 * Places that mean the same in every process: an address is where a module was
 * loaded, and that is elsewhere each time.
 */
#ifndef HD_TRACE_PLACE_H
#define HD_TRACE_PLACE_H

#include <stdint.h>

/*
 * Of an address in the program: its distance from the program's beginning; in
 * another module: that, mixed with the module's name. Anything else is returned
 * as it is.
 */
uint64_t hd_place_of(uint64_t address);

#endif
