/*
 * "Asyncio" (notes), 2.2 Event loop: a new loop and its defaults. It is never
 * closed.
 *
 * Shows: loop-never-closed.
 */
#include <heddle/test.h>

#include <stdio.h>

static const char *
yes_or_no(bool fact)
{
    return fact ? "True" : "False";
}

HD_TEST(n3_new_loop, .loop = HD_LOOP_NONE)
{
    struct hd_loop *loop = hd_loop_create();

    printf("<loop running=%s closed=%s debug=%s>\n",
           yes_or_no(hd_loop_is_running(loop)),
           yes_or_no(hd_loop_is_closed(loop)), yes_or_no(hd_loop_debug(loop)));
}
