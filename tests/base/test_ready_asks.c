/*
 * What the ready set asks of a strategy, and what it tells it.
 */
#include "base/ready.h"

#include "ready_set.h"

/* ---- births ---- */

static void
siblings_are_numbered_by_kind_and_all_paths_differ(void **state)
{
    struct hd_actor born[4];
    (void)state;
    memset(born, 0, sizeof(born));

    hd_actor_born(&ready, &born[0], &actors[0], HD_ACTOR_TASK);
    hd_actor_born(&ready, &born[1], &actors[0], HD_ACTOR_TIMER);
    hd_actor_born(&ready, &born[2], &actors[0], HD_ACTOR_TASK);
    hd_actor_born(&ready, &born[3], &actors[0], HD_ACTOR_CALLBACK);

    assert_int_equal(born[0].ordinal, 1);
    assert_int_equal(born[1].ordinal, 1);
    assert_int_equal(born[2].ordinal, 2);
    assert_int_equal(born[3].ordinal, 2);
    assert_int_equal(born[3].id, ACTORS + 4);
    assert_int_equal(born[3].parent, actors[0].id);
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = i + 1; j < 4; j++) {
            assert_int_not_equal(born[i].path, born[j].path);
        }
    }
}

static void
the_first_task_is_called_like_the_root_where_asked_for(void **state)
{
    struct hd_actor born[2];
    (void)state;
    memset(born, 0, sizeof(born));
    hd_ready_init(&ready, &events, &arena, turn);
    ready.main_is_root = true;

    hd_actor_born(&ready, &born[0], ready.top, HD_ACTOR_TASK);
    hd_actor_born(&ready, &born[1], ready.top, HD_ACTOR_TASK);

    assert_int_equal(born[0].path, ready.root.path);
    assert_int_equal(born[0].ordinal, 0);
    assert_int_equal(born[1].parent, born[0].id);
    assert_int_equal(born[1].ordinal, 1);
}

static void
what_a_task_causes_has_a_chain_beside_its_own(void **state)
{
    struct hd_actor born[4];
    (void)state;
    memset(born, 0, sizeof(born));

    hd_actor_born(&ready, &born[0], &actors[0], HD_ACTOR_TASK);
    hd_actor_born(&ready, &born[1], &born[0], HD_ACTOR_TIMER);
    hd_actor_born(&ready, &born[2], &born[1], HD_ACTOR_CALLBACK);
    hd_actor_born(&ready, &born[3], &born[2], HD_ACTOR_TASK);

    assert_int_equal(born[0].chain, 2 * (ACTORS + 1));
    assert_int_equal(born[1].chain, born[0].chain + 1);
    assert_int_equal(born[2].chain, born[1].chain);
    assert_int_equal(born[3].chain, born[0].chain + 2);
}

/* ---- asking a strategy ---- */

struct notes {
    unsigned picks, born, ready, unready, chooses;
    uint32_t take; /* whom to pick; ACTORS: prune */
    uint64_t value;
    const struct hd_actor *by;
};

static struct hd_actor *
take_noted(void *self, const struct hd_view *view)
{
    struct notes *notes = self;
    notes->picks++;
    assert_ptr_equal(view->first, ready.fifo.fifo_next);
    return notes->take < ACTORS ? &actors[notes->take] : NULL;
}

static uint64_t
choose_noted(void *self, const struct hd_view *view,
             const struct hd_value *value)
{
    struct notes *notes = self;
    (void)view;
    notes->chooses++;
    return notes->value < value->bound ? notes->value : 0;
}

static void
note_born(void *self, const struct hd_actor *actor)
{
    (void)actor;
    ((struct notes *)self)->born++;
}

static void
note_ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct notes *notes = self;
    (void)actor;
    notes->ready++;
    notes->by = by;
}

static void
note_unready(void *self, const struct hd_actor *actor,
             const struct hd_actor *by)
{
    struct notes *notes = self;
    (void)actor;
    notes->unready++;
    notes->by = by;
}

static struct hd_strategy noting = {
    .name = "noting",
    .abi = HD_STRATEGY_ABI,
    .pick = take_noted,
    .choose = choose_noted,
    .born = note_born,
    .ready = note_ready,
    .unready = note_unready,
};

static struct notes
ask(uint32_t wants, bool asked)
{
    noting.wants = wants;
    static struct notes notes;
    notes = (struct notes){.take = 0};
    hd_ready_use(&ready, &noting, &notes, asked);
    post(0);
    pick();
    post(1);
    post(0);
    pick();
    return notes;
}

static void
a_strategy_is_asked_only_where_two_are_ready(void **state)
{
    (void)state;

    const struct notes notes = ask(0, true);

    assert_int_equal(notes.picks, 1);
    assert_int_equal(ready.decisions, 1);
}

static void
a_strategy_that_wants_singles_is_asked_each_time(void **state)
{
    (void)state;

    const struct notes notes = ask(HD_WANT_SINGLES, true);

    assert_int_equal(notes.picks, 2);
    assert_int_equal(ready.decisions, 1); /* one candidate is no decision */
}

static uint32_t
want_singles_now(const void *self)
{
    (void)self;
    return HD_WANT_SINGLES;
}

static void
what_it_wants_now_counts_for_one_execution(void **state)
{
    (void)state;

    noting.wants_now = want_singles_now;
    struct notes notes = ask(0, true);
    noting.wants_now = NULL;
    assert_int_equal(notes.picks, 2);

    notes = ask(0, true); /* with one ready already */
    assert_int_equal(notes.picks, 2);
}

static void
a_strategy_that_is_not_asked_picks_nobody(void **state)
{
    (void)state;

    const struct notes notes = ask(0, false);

    assert_int_equal(notes.picks, 0);
    assert_ptr_equal(ready.view.last, &actors[1]);
}

static void
a_deviation_is_logged_before_its_step(void **state)
{
    struct notes notes = {.take = 2};
    (void)state;
    hd_ready_use(&ready, &noting, &notes, true);
    post(0);
    post(1);
    post(2);
    hd_log_clear(&events);

    assert_int_equal(pick(), 2);

    assert_int_equal(events.count, 2);
    assert_int_equal(records[0].kind, HD_LOG_DEVIATE);
    assert_int_equal(records[0].subject, actors[0].id);
    assert_int_equal(records[0].value, 1);
    assert_int_equal(records[1].kind, HD_LOG_STEP);
    assert_int_equal(records[1].subject, actors[2].id);
    assert_int_equal(records[1].aux, 3);
}

static void
the_default_is_logged_without_a_deviation(void **state)
{
    struct notes notes = {.take = 0};
    (void)state;
    hd_ready_use(&ready, &noting, &notes, true);
    post(0);
    post(1);
    hd_log_clear(&events);

    assert_int_equal(pick(), 0);

    assert_int_equal(events.count, 1);
    assert_int_equal(records[0].kind, HD_LOG_STEP);
}

static void
a_strategy_that_picks_nobody_wants_attention(void **state)
{
    struct notes notes = {.take = ACTORS};
    (void)state;
    hd_ready_use(&ready, &noting, &notes, true);
    post(0);
    post(1);

    assert_int_equal(pick(), ACTORS);

    assert_true(ready.attention);
    assert_int_equal(ready.view.step, 0);
}

static void
a_strategy_is_told_only_what_it_wants(void **state)
{
    struct notes notes = {.take = 0};
    struct hd_actor child;
    (void)state;
    memset(&child, 0, sizeof(child));
    noting.wants = 0;
    hd_ready_use(&ready, &noting, &notes, true);

    hd_actor_born(&ready, &child, &actors[0], HD_ACTOR_TASK);
    post(0);
    hd_ready_remove(&ready, &actors[0], NULL);

    assert_int_equal(notes.born + notes.ready + notes.unready, 0);
}

static void
a_strategy_is_told_of_births_and_of_who_becomes_ready(void **state)
{
    struct notes notes = {.take = 0};
    struct hd_actor child;
    (void)state;
    memset(&child, 0, sizeof(child));
    noting.wants = HD_WANT_BIRTHS | HD_WANT_READY;
    hd_ready_use(&ready, &noting, &notes, true);

    hd_actor_born(&ready, &child, &actors[0], HD_ACTOR_TASK);
    hd_ready_post(&ready, &actors[0], &actors[3]);
    assert_int_equal(notes.born, 1);
    assert_int_equal(notes.ready, 1);
    assert_ptr_equal(notes.by, &actors[3]);

    hd_ready_remove(&ready, &actors[0], &actors[4]);
    assert_int_equal(notes.unready, 1);
    assert_ptr_equal(notes.by, &actors[4]);
}

static void
who_leaves_with_a_loop_is_no_longer_ready(void **state)
{
    struct notes notes = {.take = 0};
    struct hd_ready other;
    (void)state;
    hd_ready_init(&other, &events, &arena, turn);
    noting.wants = HD_WANT_READY;
    hd_ready_use(&ready, &noting, &notes, true);
    post(0);

    hd_ready_move(&ready, &other, actors[0].loop);
    assert_int_equal(notes.unready, 1);

    hd_ready_move(&other, &ready, actors[0].loop);
    assert_int_equal(notes.unready, 1);
    assert_int_equal(notes.ready, 2);
}

/* What the last step told of touched, and how many were told of. */
static struct hd_access told[256];
static uint32_t told_count, steps_told;

static void
note_step(void *self, const struct hd_actor *actor,
          const struct hd_access *accesses, uint32_t count)
{
    (void)self;
    (void)actor;
    assert_true(count <= 256);
    for (uint32_t i = 0; i < count; i++) {
        told[i] = accesses[i];
    }
    told_count = count;
    steps_told++;
}

static void
a_step_is_told_with_everything_that_it_touched(void **state)
{
    struct notes notes = {.take = 0};
    (void)state;
    noting.wants = HD_WANT_STEPS;
    noting.stepped = note_step;
    hd_ready_use(&ready, &noting, &notes, true);
    steps_told = 0;
    post(0);
    post(1);

    assert_non_null(hd_ready_pick(&ready));
    for (uint64_t i = 0; i < 200; i++) {
        hd_ready_touch(&ready, i, i % 2 == 0 ? HD_READS : HD_WRITES, 7 * i);
    }
    assert_int_equal(steps_told, 0);
    assert_non_null(hd_ready_pick(&ready));
    assert_int_equal(steps_told, 1);
    assert_int_equal(told_count, 200);
    for (uint64_t i = 0; i < 200; i++) {
        assert_int_equal(told[i].object, i);
        assert_int_equal(told[i].place, 7 * i);
        assert_int_equal(told[i].mode, i % 2 == 0 ? HD_READS : HD_WRITES);
    }
    hd_ready_tell(&ready);
    assert_int_equal(steps_told, 2);
    assert_int_equal(told_count, 0);
    noting.stepped = NULL;
}

static uint64_t
repeat_one(const void *self)
{
    (void)self;
    return 1;
}

/* What both of two steps tell; the observer is of no interest, or NULL. */
static void
step_twice(struct hd_observer *observer, uint32_t first, uint32_t second)
{
    struct notes notes = {.take = 0};
    noting.wants = HD_WANT_STEPS;
    noting.stepped = note_step;
    noting.repeats = repeat_one;
    hd_ready_observe(&ready, observer);
    hd_ready_use(&ready, &noting, &notes, true);
    post(0);
    post(1);

    assert_non_null(hd_ready_pick(&ready));
    hd_ready_touch(&ready, 7, HD_WRITES, 1);
    notes.take = 1;
    assert_non_null(hd_ready_pick(&ready));
    assert_int_equal(told_count, first);
    hd_ready_touch(&ready, 8, HD_WRITES, 1);
    hd_ready_tell(&ready);
    assert_int_equal(told_count, second);
    noting.stepped = NULL;
    noting.repeats = NULL;
    hd_ready_observe(&ready, NULL);
}

static void
what_repeated_steps_touch_is_not_noted(void **state)
{
    (void)state;
    step_twice(NULL, 0, 1);
}

static void
what_they_touch_is_noted_for_an_observer(void **state)
{
    (void)state;
    struct hd_observer observer = {.stepped = NULL};
    step_twice(&observer, 1, 1);
}

static unsigned steps_watched;

static void
count_steps(struct hd_ready *self)
{
    assert_ptr_equal(self, &ready);
    steps_watched++;
}

static void
a_watcher_is_called_after_each_step_until_it_is_removed(void **state)
{
    (void)state;
    steps_watched = 0;
    hd_ready_watch(&ready, count_steps);
    post(0);
    post(1);

    assert_non_null(hd_ready_pick(&ready));
    assert_int_equal(steps_watched, 0); /* nobody has stepped yet */
    assert_non_null(hd_ready_pick(&ready));
    assert_int_equal(steps_watched, 1);
    assert_null(hd_ready_pick(&ready));
    assert_int_equal(steps_watched, 2);

    hd_ready_watch(&ready, NULL);
    assert_null(hd_ready_pick(&ready));
    assert_int_equal(steps_watched, 2);
}

static void
a_step_is_not_told_as_becoming_unready(void **state)
{
    struct notes notes = {.take = 1};
    (void)state;
    noting.wants = HD_WANT_READY;
    hd_ready_use(&ready, &noting, &notes, true);
    post(0);
    post(1);

    assert_int_equal(pick(), 1);

    assert_int_equal(notes.unready, 0);
}

/* ---- values ---- */

static void
a_choice_without_a_strategy_is_0(void **state)
{
    (void)state;

    const uint64_t taken =
        hd_ready_choose(&ready, &actors[0], HD_VALUE_USER, 10);

    assert_int_equal(taken, 0);
    assert_int_equal(ready.decisions, 0);
}

static void
a_choice_is_the_strategys_and_is_logged(void **state)
{
    struct notes notes = {.value = 3};
    (void)state;
    hd_ready_use(&ready, &noting, &notes, true);

    const uint64_t taken =
        hd_ready_choose(&ready, &actors[0], HD_VALUE_CANCEL, 5);

    assert_int_equal(taken, 3);
    assert_int_equal(records[0].kind, HD_LOG_CHOOSE);
    assert_int_equal(records[0].op, HD_VALUE_CANCEL);
    assert_int_equal(records[0].subject, actors[0].id);
    assert_int_equal(records[0].value, (uint64_t)5 << 32 | 3);
    assert_int_equal(ready.decisions, 1);
}

static void
a_choice_among_one_is_not_asked(void **state)
{
    struct notes notes = {.value = 0};
    (void)state;
    hd_ready_use(&ready, &noting, &notes, true);

    hd_ready_choose(&ready, &actors[0], HD_VALUE_USER, 1);

    assert_int_equal(notes.chooses, 0);
    assert_int_equal(ready.decisions, 0);
}

static void
the_trace_hash_depends_on_the_values_taken(void **state)
{
    struct notes notes = {.value = 1};
    (void)state;
    hd_ready_choose(&ready, &actors[0], HD_VALUE_USER, 2);
    const uint64_t zero = ready.view.trace_hash;
    begin();
    hd_ready_use(&ready, &noting, &notes, true);

    hd_ready_choose(&ready, &actors[0], HD_VALUE_USER, 2);

    assert_int_not_equal(ready.view.trace_hash, zero);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(siblings_are_numbered_by_kind_and_all_paths_differ),
        TEST(the_first_task_is_called_like_the_root_where_asked_for),
        TEST(what_a_task_causes_has_a_chain_beside_its_own),
        TEST(a_strategy_is_asked_only_where_two_are_ready),
        TEST(a_strategy_that_wants_singles_is_asked_each_time),
        TEST(what_it_wants_now_counts_for_one_execution),
        TEST(a_strategy_that_is_not_asked_picks_nobody),
        TEST(a_deviation_is_logged_before_its_step),
        TEST(the_default_is_logged_without_a_deviation),
        TEST(a_strategy_that_picks_nobody_wants_attention),
        TEST(a_strategy_is_told_only_what_it_wants),
        TEST(a_strategy_is_told_of_births_and_of_who_becomes_ready),
        TEST(who_leaves_with_a_loop_is_no_longer_ready),
        TEST(a_watcher_is_called_after_each_step_until_it_is_removed),
        TEST(a_step_is_told_with_everything_that_it_touched),
        TEST(what_repeated_steps_touch_is_not_noted),
        TEST(what_they_touch_is_noted_for_an_observer),
        TEST(a_step_is_not_told_as_becoming_unready),
        TEST(a_choice_without_a_strategy_is_0),
        TEST(a_choice_is_the_strategys_and_is_logged),
        TEST(a_choice_among_one_is_not_asked),
        TEST(the_trace_hash_depends_on_the_values_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
