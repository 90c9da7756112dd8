/*
 * A cache in front of a slow service. Who misses asks the service; who misses
 * meanwhile asks it again.
 *
 * Shows: lost-update of an entry that is filled twice. Fixed: the entry is
 * marked as being filled, and an event tells when it is. Near miss: the same,
 * and counts how many have waited, which is none if one comes after the other.
 */
#include <heddle/test.h>

enum entry_state {
    ENTRY_EMPTY,
    ENTRY_FILLING,
    ENTRY_FULL,
};

struct entry {
    enum entry_state state;
    int value, fetches, waits;
    struct hd_event filled;
};

struct request {
    struct entry *entry;
    int answer;
};

static int
fetch(struct entry *entry)
{
    entry->fetches++;
    HD_TRY(hd_sleep(HD_MS(20)));
    entry->value = 42;
    return 0;
}

static int
look_up(void *arg)
{
    struct request *request = arg;
    struct entry *entry = request->entry;

    if (entry->state != ENTRY_FULL) {
        HD_TRY(fetch(entry));
        entry->state = ENTRY_FULL;
    }
    request->answer = entry->value;
    return 0;
}

static int
look_up_once(void *arg)
{
    struct request *request = arg;
    struct entry *entry = request->entry;

    if (entry->state == ENTRY_EMPTY) {
        entry->state = ENTRY_FILLING;
        HD_TRY(fetch(entry));
        entry->state = ENTRY_FULL;
        hd_event_set(&entry->filled);
    } else if (entry->state == ENTRY_FILLING) {
        HD_TRY(hd_event_wait(&entry->filled));
    }
    request->answer = entry->value;
    return 0;
}

static int
look_up_counting_waits(void *arg)
{
    struct request *request = arg;
    struct entry *entry = request->entry;

    if (entry->state == ENTRY_FILLING) {
        entry->waits++;
    }
    return look_up_once(arg);
}

static void
two_requests(hd_fn *how)
{
    struct entry entry = {.state = ENTRY_EMPTY};
    struct request first = {&entry, 0};
    struct request second = {&entry, 0};

    hd_event_init(&entry.filled);
    struct hd_task *a = hd_task_spawn(how, &first);
    struct hd_task *b = hd_task_spawn(how, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(cache_fill_bad)
{
    two_requests(look_up);
}

HD_TEST(cache_fill_fixed)
{
    two_requests(look_up_once);
}

HD_TEST(cache_fill_near)
{
    two_requests(look_up_counting_waits);
}
