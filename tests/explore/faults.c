/*
 * Programs that do not survive a cancellation at some wait, and programs that
 * look like them and do. To be run with --faults=cancel; each test says what
 * it expects then. Without faults nothing is wrong with any of them.
 */
#include <heddle/test.h>

/* Both, in whatever they end. */
static void
join(struct hd_task *a, struct hd_task *b)
{
    struct hd_future *both[] = {HD_FUTURE(a), HD_FUTURE(b)};
    HD_CHECK(hd_wait(both, 2, HD_ALL_COMPLETED, HD_FOREVER, NULL) == 0);
}

/* ---- a lock ---- */

static int
keep_lock_when_cancelled(void *arg)
{
    struct hd_lock *lock = arg;
    HD_TRY(hd_lock_acquire(lock));
    HD_TRY(hd_sleep(HD_MS(1)));
    return hd_lock_release(lock);
}

HD_TEST(a_lock_kept_by_a_cancelled_task, .expect = "cancel-unsafe")
{
    struct hd_lock lock = {0};
    struct hd_task *a = hd_task_spawn(keep_lock_when_cancelled, &lock);
    struct hd_task *b = hd_task_spawn(keep_lock_when_cancelled, &lock);

    join(a, b);
}

static int
release_lock_always(void *arg)
{
    struct hd_lock *lock = arg;
    HD_TRY(hd_lock_acquire(lock));
    const int status = hd_sleep(HD_MS(1));
    hd_lock_release(lock);
    return status;
}

HD_TEST(a_lock_released_on_every_path)
{
    struct hd_lock lock = {0};
    struct hd_task *a = hd_task_spawn(release_lock_always, &lock);
    struct hd_task *b = hd_task_spawn(release_lock_always, &lock);

    join(a, b);
    HD_CHECK(!hd_lock_is_locked(&lock));
}

/* ---- an invariant ---- */

struct accounts {
    int from, to;
};

static int
move_money(void *arg)
{
    struct accounts *accounts = arg;
    accounts->from -= 10;
    HD_TRY(hd_sleep(HD_MS(1)));
    accounts->to += 10;
    return 0;
}

HD_TEST(money_is_lost_between_two_steps, .expect = "cancel-unsafe")
{
    struct accounts accounts = {100, 0};
    struct hd_task *a = hd_task_spawn(move_money, &accounts);
    struct hd_task *b = hd_task_spawn(move_money, &accounts);

    join(a, b);
    HD_CHECK(accounts.from + accounts.to == 100);
}

static int
move_money_or_not(void *arg)
{
    struct accounts *accounts = arg;
    accounts->from -= 10;
    const int status = hd_sleep(HD_MS(1));
    if (status < 0) {
        accounts->from += 10;
        return status;
    }
    accounts->to += 10;
    return 0;
}

HD_TEST(money_is_put_back)
{
    struct accounts accounts = {100, 0};
    struct hd_task *a = hd_task_spawn(move_money_or_not, &accounts);
    struct hd_task *b = hd_task_spawn(move_money_or_not, &accounts);

    join(a, b);
    HD_CHECK(accounts.from + accounts.to == 100);
}

/* ---- a queue ---- */

static int
work(struct hd_queue *queue, bool always_done)
{
    for (int i = 0; i < 2; i++) {
        void *item;
        HD_TRY(hd_queue_get(queue, &item));
        const int status = hd_sleep(HD_MS(1));
        if (status < 0 && !always_done) {
            return status;
        }
        hd_queue_task_done(queue);
        HD_TRY(status);
    }
    return 0;
}

static int
work_and_forget(void *arg)
{
    return work(arg, false);
}

static int
work_and_tell(void *arg)
{
    return work(arg, true);
}

/* Two workers, and a third who takes over what nobody has taken. */
static void
do_work(hd_fn *worker)
{
    struct hd_queue queue;
    hd_queue_init(&queue, 0);
    for (int i = 0; i < 4; i++) {
        HD_CHECK(hd_queue_put_now(&queue, &queue) == 0);
    }
    struct hd_task *a = hd_task_spawn(worker, &queue);
    struct hd_task *b = hd_task_spawn(worker, &queue);
    join(a, b);
    void *item;
    while (hd_queue_get_now(&queue, &item) == 0) {
        hd_queue_task_done(&queue);
    }
    HD_CHECK(hd_queue_join(&queue) == 0);
    hd_queue_finish(&queue);
}

HD_TEST(an_item_is_taken_and_never_done, .expect = "cancel-unsafe")
{
    do_work(work_and_forget);
}

HD_TEST(an_item_is_done_on_every_path)
{
    do_work(work_and_tell);
}

/* Cancelled while it processes, it puts the item back for others. */
static int
put_item_back(void *arg)
{
    struct hd_queue *queue = arg;
    void *item;
    HD_TRY(hd_queue_get(queue, &item));
    const int status = hd_sleep(HD_MS(1));
    if (status < 0) {
        HD_CHECK(hd_queue_put_now(queue, item) == 0);
        hd_queue_task_done(queue);
        return status;
    }
    hd_queue_task_done(queue);
    return 0;
}

HD_TEST(an_item_is_put_back)
{
    do_work(put_item_back);
}

/* ---- a semaphore ---- */

static int
keep_unit_when_cancelled(void *arg)
{
    struct hd_semaphore *semaphore = arg;
    HD_TRY(hd_semaphore_acquire(semaphore));
    HD_TRY(hd_yield());
    return hd_semaphore_release(semaphore);
}

HD_TEST(a_unit_kept_by_a_cancelled_task, .expect = "cancel-unsafe")
{
    struct hd_semaphore semaphore;
    hd_semaphore_init(&semaphore, 1);
    struct hd_task *a = hd_task_spawn(keep_unit_when_cancelled, &semaphore);
    struct hd_task *b = hd_task_spawn(keep_unit_when_cancelled, &semaphore);

    join(a, b);
}

/* ---- a cleanup that waits ---- */

static int
say_goodbye(void *arg)
{
    bool *said = arg;
    HD_TRY(hd_sleep(HD_MS(1)));
    *said = true;
    return 0;
}

struct session {
    struct hd_task *goodbye;
    bool said;
};

static int
leave_politely(void *arg)
{
    struct session *session = arg;
    const int status = hd_sleep(HD_MS(1));
    session->goodbye = hd_task_spawn(say_goodbye, &session->said);
    hd_task_retain(session->goodbye);
    struct hd_future *shielded = hd_shield(session->goodbye);
    const int said = hd_await(shielded);
    hd_future_release(shielded);
    return status < 0 ? status : said;
}

/* Its goodbye may itself be cancelled by a fault, but not by its waiter's. */
HD_TEST(a_cleanup_under_a_shield)
{
    struct session session = {0};
    struct hd_task *task = hd_task_spawn(leave_politely, &session);
    struct hd_future *one[] = {HD_FUTURE(task)};

    HD_CHECK(hd_wait(one, 1, HD_ALL_COMPLETED, HD_FOREVER, NULL) == 0);
    one[0] = HD_FUTURE(session.goodbye);
    HD_CHECK(hd_wait(one, 1, HD_ALL_COMPLETED, HD_FOREVER, NULL) == 0);
    HD_CHECK(session.said || hd_task_is_cancelled(session.goodbye));
    hd_task_release(session.goodbye);
}

/* ---- what only tells of the cancellation ---- */

static int
sleep_a_little(void *arg)
{
    (void)arg;
    return hd_sleep(HD_MS(1));
}

HD_TEST(a_check_asks_for_the_status_of_a_cancelled_task)
{
    struct hd_task *a = hd_task_spawn(sleep_a_little, NULL);
    struct hd_task *b = hd_task_spawn(sleep_a_little, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
    HD_RESULT(1);
}

static int
check_its_own_wait(void *arg)
{
    (void)arg;
    HD_CHECK(hd_sleep(HD_MS(1)) == 0);
    return 0;
}

HD_TEST(a_cancelled_task_checks_its_own_wait)
{
    struct hd_task *a = hd_task_spawn(check_its_own_wait, NULL);
    struct hd_task *b = hd_task_spawn(check_its_own_wait, NULL);

    join(a, b);
}

/* Told of the cancellation, main leaves; what still runs is ended with it. */
HD_TEST(main_gives_up_because_it_was_told)
{
    struct hd_task *a = hd_task_spawn(sleep_a_little, NULL);
    struct hd_task *b = hd_task_spawn(sleep_a_little, NULL);

    if (hd_gather(a, b) < 0) {
        return;
    }
    HD_CHECK(hd_task_is_done(a) && hd_task_is_done(b));
}

static int
await_later(void *arg)
{
    struct hd_coro *coro = hd_coro_create(sleep_a_little, arg);
    HD_TRY(hd_sleep(HD_MS(1)));
    return hd_await(coro);
}

HD_TEST(a_coroutine_that_its_cancelled_maker_could_not_await)
{
    struct hd_task *a = hd_task_spawn(await_later, NULL);
    struct hd_task *b = hd_task_spawn(await_later, NULL);

    join(a, b);
}

static int
count_up(void *arg)
{
    int *count = arg;
    HD_TRY(hd_sleep(HD_MS(1)));
    ++*count;
    return 0;
}

/* With one deposit less the sum is another: that is no race. */
HD_TEST(a_result_that_the_cancelled_task_did_not_add_to)
{
    int count = 0;
    struct hd_task *a = hd_task_spawn(count_up, &count);
    struct hd_task *b = hd_task_spawn(count_up, &count);

    join(a, b);
    HD_RESULT(count);
}

/* ---- what is wrong without any fault ---- */

static int
take_both(void *arg)
{
    struct hd_lock **locks = arg;
    HD_TRY(hd_lock_acquire(locks[0]));
    int status = hd_yield();
    if (status == 0) {
        status = hd_lock_acquire(locks[1]);
    }
    if (status == 0) {
        hd_lock_release(locks[1]);
    }
    hd_lock_release(locks[0]);
    return status;
}

struct late {
    struct hd_lock *locks[2];
    int yields;
};

static int
take_both_later(void *arg)
{
    struct late *late = arg;
    for (int i = 0; i < late->yields; i++) {
        HD_TRY(hd_yield());
    }
    return take_both(late->locks);
}

static int
bystander(void *arg)
{
    (void)arg;
    for (int i = 0; i < 3; i++) {
        HD_TRY(hd_yield());
    }
    return 0;
}

/* Somebody else may have been cancelled before: a deadlock all the same. */
HD_TEST(a_deadlock_that_needs_no_fault, .expect = "deadlock")
{
    struct hd_lock a = {0}, b = {0};
    struct late there = {{&a, &b}, 0}, back = {{&b, &a}, 4};
    struct hd_task *first = hd_task_spawn(bystander, NULL);
    struct hd_task *second = hd_task_spawn(take_both_later, &there);
    struct hd_task *third = hd_task_spawn(take_both_later, &back);

    join(second, third);
    join(first, second);
}
