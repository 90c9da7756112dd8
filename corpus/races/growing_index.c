/*
 * An array that grows while others use its elements; they keep an index, and
 * take the address anew after each wait.
 *
 * Near miss: the memory moves, and nobody looks at where it was.
 */
#include <heddle/test.h>

#include <stdlib.h>

static struct {
    int *items;
    size_t count;
} list;

static int
push(int item, size_t *out_index)
{
    int *items = realloc(list.items, (list.count + 1) * 64 * sizeof(*items));

    if (items == NULL) {
        return HD_E_NO_MEMORY;
    }
    list.items = items;
    *out_index = list.count;
    list.items[list.count++] = item;
    return 0;
}

static int
count_up(void *arg)
{
    size_t index = 0;

    HD_TRY(push(*(const int *)arg, &index));
    for (int i = 0; i < 2; i++) {
        const int before = list.items[index];
        HD_TRY(hd_yield());
        list.items[index] = before + 1;
    }
    return 0;
}

HD_TEST(growing_index_near)
{
    int ten = 10;
    int twenty = 20;

    struct hd_task *a = hd_task_spawn(count_up, &ten);
    struct hd_task *b = hd_task_spawn(count_up, &twenty);
    HD_CHECK(hd_gather(a, b) == 0);
    free(list.items);
}
