/*
 * A mail server hands letters to its courier through a queue. Letters to the
 * own house go through the same queue: put in, taken out again. Each of them
 * wakes the courier, who comes in vain; on a day with none but those he waits
 * until evening.
 *
 * Shows: starvation. Fixed: what stays in the house never enters the queue.
 * Near miss: the courier is woken as often, and gets a letter each time.
 */
#include <heddle/test.h>

enum {
    LETTERS = 1200,
};

struct mail {
    struct hd_queue out;
    int at_home, carried;
};

static int
carry(struct mail *mail, int letters)
{
    void *letter;
    for (int i = 0; i < letters; i++) {
        HD_TRY(hd_queue_get(&mail->out, &letter));
        mail->carried++;
    }
    return 0;
}

static int
carry_one(void *arg)
{
    return carry(arg, 1);
}

static int
carry_all(void *arg)
{
    return carry(arg, LETTERS + 1);
}

static int
sort_through_the_queue(void *arg)
{
    struct mail *mail = arg;
    void *letter;

    for (int i = 0; i < LETTERS; i++) {
        HD_TRY(hd_sleep(HD_S(30)));
        HD_TRY(hd_queue_put(&mail->out, mail));
        HD_TRY(hd_queue_get_now(&mail->out, &letter));
        mail->at_home++;
    }
    return hd_queue_put(&mail->out, mail);
}

static int
sort_by_hand(void *arg)
{
    struct mail *mail = arg;

    for (int i = 0; i < LETTERS; i++) {
        HD_TRY(hd_sleep(HD_S(30)));
        mail->at_home++;
    }
    return hd_queue_put(&mail->out, mail);
}

static int
sort_for_others(void *arg)
{
    struct mail *mail = arg;

    for (int i = 0; i < LETTERS; i++) {
        HD_TRY(hd_sleep(HD_S(30)));
        HD_TRY(hd_queue_put(&mail->out, mail));
    }
    return hd_queue_put(&mail->out, mail);
}

static void
run_day(hd_fn *sort, hd_fn *courier)
{
    struct mail mail = {.at_home = 0};
    hd_queue_init(&mail.out, 0);
    struct hd_task *a = hd_task_spawn(sort, &mail);
    struct hd_task *b = hd_task_spawn(courier, &mail);

    HD_CHECK(hd_gather(a, b) == 0);
    HD_CHECK(mail.at_home + mail.carried == LETTERS + 1);
    hd_queue_finish(&mail.out);
}

HD_TEST(starvation_bad)
{
    run_day(sort_through_the_queue, carry_one);
}

HD_TEST(starvation_fixed)
{
    run_day(sort_by_hand, carry_one);
}

HD_TEST(starvation_near)
{
    run_day(sort_for_others, carry_all);
}
