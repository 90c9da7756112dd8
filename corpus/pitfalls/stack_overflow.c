/*
 * A parser of nested lists, once per level of brackets. The text comes from
 * outside, and so does its depth.
 *
 * Shows: stack-overflow. Fixed: it counts. Near miss: it calls itself, to a
 * depth that is limited.
 */
#include <heddle/test.h>

#define BRACKETS 100000
#define DEPTH_MAX 100
#define E_TOO_DEEP (HD_E_USER - 1)

struct text {
    int brackets, at;
};

/* Each level has room for the longest word. */
static int
parse_list(struct text *text, int depth_left)
{
    volatile char word[128] = {0};

    if (text->at == text->brackets) {
        return word[0];
    }
    if (depth_left == 0) {
        return E_TOO_DEEP;
    }
    text->at++;
    const int status = parse_list(text, depth_left - 1);
    return status < 0 ? status : word[0];
}

static int
parse(void *arg)
{
    return parse_list(arg, BRACKETS);
}

static int
parse_limited(void *arg)
{
    const int status = parse_list(arg, DEPTH_MAX);
    return status == E_TOO_DEEP ? 0 : status;
}

static int
parse_counting(void *arg)
{
    struct text *text = arg;

    while (text->at < text->brackets) {
        text->at++;
    }
    return 0;
}

static void
parse_in_a_task(hd_fn *how)
{
    struct text text = {.brackets = BRACKETS};
    struct hd_task *task = hd_task_spawn(how, &text);

    HD_CHECK(hd_await(task) == 0);
}

HD_TEST(stack_overflow_bad)
{
    parse_in_a_task(parse);
}

HD_TEST(stack_overflow_fixed)
{
    parse_in_a_task(parse_counting);
}

HD_TEST(stack_overflow_near)
{
    parse_in_a_task(parse_limited);
}
