/*
 * "Asyncio" (notes), 2.2 Event loop: get_running_loop "can only be called from
 * a coroutine or a callback". Python's RuntimeError is a NULL here.
 *
 * Shows: no-loop.
 */
#include <heddle/test.h>

#include <stdio.h>

HD_TEST(n4_running_loop, .loop = HD_LOOP_NONE)
{
    if (hd_loop_running() == NULL) {
        puts("no running event loop");
    }
}
