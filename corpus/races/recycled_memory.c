/*
 * Each request has a scratch buffer, and gives it back when it is done; malloc
 * gives the same memory to the next one.
 *
 * Near miss: two tasks read and write the same addresses across awaits, one
 * after the other; it is not the same memory.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct scratch {
    int used;
    char bytes[40];
};

static int
read_body(struct scratch *scratch)
{
    const int used = scratch->used;

    HD_TRY(hd_yield());
    scratch->bytes[used] = 'x';
    scratch->used = used + 1;
    return 0;
}

static int
serve(void *arg)
{
    (void)arg;
    for (int i = 0; i < 2; i++) {
        struct scratch *scratch = calloc(1, sizeof(*scratch));
        if (scratch == NULL) {
            return HD_E_NO_MEMORY;
        }
        const int status = read_body(scratch);
        free(scratch);
        HD_TRY(status);
    }
    return 0;
}

HD_TEST(recycled_memory_near)
{
    struct hd_task *a = hd_task_spawn(serve, NULL);
    struct hd_task *b = hd_task_spawn(serve, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}
