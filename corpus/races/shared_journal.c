/*
 * Two workers write a journal together, an entry for each thing they have done.
 * Entries of both alternate as they please.
 *
 * Near miss: no serial order of the two gives this journal, and nothing is
 * wrong with it; each entry is written in one step.
 */
#include <heddle/test.h>

#include <stddef.h>

#define ENTRIES 4

struct journal {
    size_t count;
    struct {
        int worker, job;
    } entries[ENTRIES];
};

static struct journal journal;

static int
do_job(void)
{
    return hd_yield();
}

static int
work(void *arg)
{
    const int worker = *(const int *)arg;

    for (int job = 1; job <= 2; job++) {
        HD_TRY(do_job());
        journal.entries[journal.count].worker = worker;
        journal.entries[journal.count].job = job;
        journal.count++;
    }
    return 0;
}

HD_TEST(shared_journal_near)
{
    int first = 1;
    int second = 2;

    struct hd_task *a = hd_task_spawn(work, &first);
    struct hd_task *b = hd_task_spawn(work, &second);
    HD_CHECK(hd_gather(a, b) == 0);
}
