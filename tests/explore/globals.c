/*
 * Tests that change globals, and would fail if the next execution saw that.
 */
#include <heddle/test.h>
#include <stdlib.h>
#include <string.h>

static int counter;
static char table[3000] = "as it was";
static const char *pointer = table;
int exported_counter = 7;
int _underscored;
static struct hd_lock lock;
static struct {
    struct hd_lock lock;
    int uses;
} resource;

static int
use_lock(void *arg)
{
    HD_TRY(hd_lock_acquire(&lock));
    HD_TRY(hd_yield());
    ++*(int *)arg;
    hd_lock_release(&lock);
    return 0;
}

static void
use_two(void)
{
    int uses = 0;
    struct hd_task *a = hd_task_spawn(use_lock, &uses);
    struct hd_task *b = hd_task_spawn(use_lock, &uses);
    HD_CHECK(hd_gather(a, b) == 0);
    HD_CHECK(uses == 2);
}

HD_TEST(variables)
{
    static int here;
    HD_CHECK(counter == 0);
    HD_CHECK(exported_counter == 7);
    HD_CHECK(_underscored == 0);
    HD_CHECK(here == 0);
    HD_CHECK(strcmp(table, "as it was") == 0);
    HD_CHECK(pointer == table);
    counter++;
    exported_counter++;
    _underscored++;
    here++;
    memset(table, 'x', sizeof(table) - 1);
    pointer = "elsewhere";
    use_two();
}

HD_TEST(a_lock)
{
    HD_CHECK(!hd_lock_is_locked(&lock));
    use_two();
}

/* Ends with the lock taken: a deadlock, if it stayed so. */
HD_TEST(a_kept_lock)
{
    HD_CHECK(hd_lock_acquire(&resource.lock) == 0);
    HD_CHECK(resource.uses++ == 0);
    use_two();
}

static int
take(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    counter = counter * 10 + 1;
    return 0;
}

static int
give(void *arg)
{
    (void)arg;
    HD_TRY(hd_yield());
    counter = counter * 10 + 2;
    return 0;
}

/* What the fifo run does not change, another order does. */
HD_TEST(rarely_changed)
{
    static int rare;
    counter = 0;
    struct hd_task *a = hd_task_spawn(take, NULL);
    struct hd_task *b = hd_task_spawn(give, NULL);
    HD_CHECK(hd_gather(a, b) == 0);
    const bool other = counter == 21;
    counter = 0;
    HD_CHECK(rare == 0);
    rare = other;
}

HD_TEST(untouched)
{
    int uses = 0;
    struct hd_task *a = hd_task_spawn(use_lock, &uses);
    HD_CHECK(hd_await(a) == 0);
}
