/*
 * A strategy of one's own: its table is all there is to it, and what it wants
 * to be told it is told as it happens.
 */
#include "search.h"

/* Keeps a set of who is ready, by what it is told only. */
struct keeper {
    unsigned born, ready, unready, picks;
    bool is_ready[64];
    bool agrees; /* its set was the view's at every pick */
};

static struct keeper keeper;

static void
keep_born(void *self, const struct hd_actor *actor)
{
    struct keeper *mine = self;
    mine->born++;
    assert_true(actor->id < 64);
    assert_int_equal(actor->id, mine->born);
}

static void
keep_ready(void *self, const struct hd_actor *actor, const struct hd_actor *by)
{
    struct keeper *mine = self;
    (void)by;
    mine->ready++;
    assert_false(mine->is_ready[actor->id]);
    mine->is_ready[actor->id] = true;
}

static void
keep_unready(void *self, const struct hd_actor *actor,
             const struct hd_actor *by)
{
    struct keeper *mine = self;
    (void)by;
    mine->unready++;
    assert_true(mine->is_ready[actor->id]);
    mine->is_ready[actor->id] = false;
}

static struct hd_actor *
keep_pick(void *self, const struct hd_view *view)
{
    struct keeper *mine = self;
    unsigned count = 0;
    mine->picks++;
    for (uint32_t i = 0; i < view->ready_count; i++) {
        mine->agrees = mine->agrees && mine->is_ready[view->ready[i]->id];
    }
    for (size_t i = 0; i < 64; i++) {
        count += mine->is_ready[i];
    }
    mine->agrees = mine->agrees && count == view->ready_count;
    struct hd_actor *last = view->ready[view->ready_count - 1];
    mine->is_ready[last->id] = false;
    return last;
}

static struct hd_strategy keeping = {
    .name = "keeping",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_BIRTHS | HD_WANT_READY | HD_WANT_SINGLES,
    .bytes = sizeof(struct keeper),
    .pick = keep_pick,
    .born = keep_born,
    .ready = keep_ready,
    .unready = keep_unready,
};

static int
busy_program(void *arg)
{
    static struct crowd crowd = {4, 3};
    HD_TRY(run_crowd(&crowd));
    hd_task_spawn(take_steps, (void *)(uintptr_t)'x');
    hd_handle_cancel(
        hd_loop_call_soon(hd_loop_running(), (hd_callback_fn *)free, arg));
    return hd_sleep(HD_MS(1));
}

static enum hd_outcome
run_kept(uint32_t wants)
{
    const struct hd_rules rules = HD_RULES_DEFAULT;
    keeping.wants = wants;
    keeper = (struct keeper){.agrees = true};
    return sim_explore(busy_program, NULL, &rules, &keeping, &keeper);
}

static void
a_set_kept_from_what_it_is_told_is_the_ready_set(void **state)
{
    (void)state;

    const enum hd_outcome outcome =
        run_kept(HD_WANT_BIRTHS | HD_WANT_READY | HD_WANT_SINGLES);

    assert_int_equal(outcome, HD_OUTCOME_OK);
    assert_true(keeper.agrees);
    assert_int_equal(keeper.picks, sim_world()->ready.view.step);
    assert_int_equal(keeper.born, sim_count(HD_LOG_BORN));
    assert_int_equal(keeper.unready, 1);
    assert_int_equal(keeper.ready, keeper.picks + keeper.unready);
}

static struct hd_actor *
pick_and_count(void *self, const struct hd_view *view)
{
    struct keeper *mine = self;
    mine->picks++;
    mine->agrees = mine->agrees && view->ready_count > 1;
    return view->first;
}

static void
without_wants_only_real_choices_are_asked(void **state)
{
    (void)state;
    keeping.pick = pick_and_count;

    const enum hd_outcome outcome = run_kept(0);
    keeping.pick = keep_pick;

    assert_int_equal(outcome, HD_OUTCOME_OK);
    assert_true(keeper.agrees);
    assert_int_equal(keeper.picks, sim_world()->ready.decisions);
    assert_true(keeper.picks < sim_world()->ready.view.step);
    assert_int_equal(keeper.born + keeper.ready + keeper.unready, 0);
}

static unsigned steps_told;

static void
note_step(void *self, const struct hd_actor *actor,
          const struct hd_access *accesses, uint32_t count)
{
    (void)self;
    (void)actor;
    (void)accesses;
    (void)count;
    steps_told++;
}

static void
each_step_is_told_once(void **state)
{
    (void)state;
    keeping.pick = pick_and_count;
    keeping.stepped = note_step;
    steps_told = 0;

    const enum hd_outcome outcome = run_kept(HD_WANT_STEPS);
    keeping.pick = keep_pick;
    keeping.stepped = NULL;

    assert_int_equal(outcome, HD_OUTCOME_OK);
    assert_int_equal(steps_told, sim_world()->ready.view.step);
}

static struct hd_actor *
give_up(void *self, const struct hd_view *view)
{
    (void)self;
    (void)view;
    return NULL;
}

static void
picking_nobody_prunes_the_execution(void **state)
{
    (void)state;
    keeping.pick = give_up;

    const enum hd_outcome outcome = run_kept(0);
    keeping.pick = keep_pick;

    assert_int_equal(outcome, HD_OUTCOME_PRUNED);
    assert_int_equal(sim_world()->ready.decisions, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_set_kept_from_what_it_is_told_is_the_ready_set),
        cmocka_unit_test(without_wants_only_real_choices_are_asked),
        cmocka_unit_test(each_step_is_told_once),
        cmocka_unit_test(picking_nobody_prunes_the_execution),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
