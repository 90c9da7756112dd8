/*
 * Each key starts a search, and the search that ends last is shown; it need not
 * be the one that was started last. Beside the result stands what was typed.
 *
 * Shows: order-race: two searches write what is shown, in any order. Fixed:
 * searches are numbered, and only the last one may show its result.
 */
#include <heddle/test.h>

struct search_box {
    int typed, shown;
    unsigned searches;
};

static struct search_box box;

static int
search(int text, int *out_result)
{
    HD_TRY(hd_yield());
    *out_result = text * 1000;
    return 0;
}

static int
type_key(void *arg)
{
    int *text = arg;
    int result = 0;

    box.typed = *text;
    HD_TRY(search(*text, &result));
    box.shown = result;
    return 0;
}

static int
type_key_numbered(void *arg)
{
    int *text = arg;
    int result = 0;

    box.typed = *text;
    const unsigned number = ++box.searches;
    HD_TRY(search(*text, &result));
    if (number == box.searches) {
        box.shown = result;
    }
    return 0;
}

static void
type_two_keys(hd_fn *how)
{
    int first = 3;
    int second = 31;

    struct hd_task *a = hd_task_spawn(how, &first);
    struct hd_task *b = hd_task_spawn(how, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(search_box_bad)
{
    type_two_keys(type_key);
}

HD_TEST(search_box_fixed)
{
    type_two_keys(type_key_numbered);
}
