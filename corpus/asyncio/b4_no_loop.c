/*
 * "Asyncio, you are a complex beast", Hello world as a coroutine: create_task
 * where no loop runs. Python's RuntimeError is a NULL here.
 *
 * Shows: no-loop.
 */
#include <heddle/test.h>

#include <stdio.h>

static int
helloworld(void *arg)
{
    (void)arg;
    puts("Hello world from a coroutine!");
    return 0;
}

HD_TEST(b4_no_loop, .loop = HD_LOOP_NONE)
{
    hd_loop_default();
    if (hd_task_spawn(helloworld, NULL) == NULL) {
        puts("no running event loop");
    }
}
