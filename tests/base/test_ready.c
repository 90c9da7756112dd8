/*
 * The ready set against a naive model: a list of numbers in FIFO order, with
 * the marker as one of them, and a bag of offers beside it.
 */
#include "base/ready.h"

#include "base/random.h"
#include "ready_set.h"

#define MARKER ACTORS

/* ---- order ---- */

static void
fifo_picks_in_the_order_of_posting(void **state)
{
    (void)state;
    post(2);
    post(0);
    post(1);

    assert_int_equal(pick(), 2);
    assert_int_equal(pick(), 0);
    assert_int_equal(pick(), 1);
    assert_int_equal(pick(), ACTORS);
}

static void
what_is_posted_first_is_picked_first(void **state)
{
    (void)state;
    post(0);
    turn(&ready);
    hd_ready_post_first(&ready, &actors[1]);

    assert_int_equal(pick(), 1);
    assert_int_equal(pick(), 0);
}

static void
what_is_posted_in_a_turn_waits_for_the_next(void **state)
{
    (void)state;
    post(0);
    post(1);
    assert_int_equal(pick(), 0);

    post(2);
    hd_ready_post_turn(&ready, &actors[3], NULL);

    assert_int_equal(pick(), 1);
    assert_int_equal(pick(), 3); /* last of this turn */
    assert_int_equal(pick(), 2); /* first of the next */
}

static void
an_offer_is_never_the_default(void **state)
{
    (void)state;
    hd_ready_offer(&ready, &actors[0], NULL);

    assert_int_equal(pick(), ACTORS);
    assert_true(hd_ready_has(&ready, &actors[0]));
    assert_true(hd_ready_is_idle(&ready));
}

static void
what_was_removed_is_not_picked(void **state)
{
    (void)state;
    post(0);
    post(1);
    post(2);

    hd_ready_remove(&ready, &actors[1], NULL);

    assert_false(hd_ready_has(&ready, &actors[1]));
    assert_int_equal(pick(), 0);
    assert_int_equal(pick(), 2);
    assert_int_equal(pick(), ACTORS);
}

static void
removing_what_was_handed_over_takes_it_back(void **state)
{
    (void)state;
    post(0);
    ready.handed = &actors[0];

    hd_ready_remove(&ready, &actors[0], NULL);

    assert_null(ready.handed);
}

static void
attention_stops_the_picking(void **state)
{
    (void)state;
    post(0);
    ready.attention = true;
    assert_int_equal(pick(), ACTORS);

    ready.attention = false;

    assert_int_equal(pick(), 0);
}

static void
the_step_limit_stops_the_picking(void **state)
{
    (void)state;
    ready.step_limit = 2;
    post(0);
    post(1);
    post(2);

    assert_int_equal(pick(), 0);
    assert_int_equal(pick(), 1);
    assert_int_equal(pick(), ACTORS);
    assert_true(hd_ready_has(&ready, &actors[2]));
}

/* ---- turns ---- */

static void
turns_without_progress_are_counted_to_their_limit(void **state)
{
    (void)state;
    ready.idle_turns_max = 3;
    post(0);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(pick(), 0);
        post(0);
    }

    assert_int_equal(pick(), ACTORS);

    assert_true(ready.attention);
    assert_int_equal(ready.idle_turns, 4);
}

static void
progress_begins_the_count_of_turns_again(void **state)
{
    (void)state;
    ready.idle_turns_max = 3;
    post(0);
    for (unsigned i = 0; i < 20; i++) {
        ready.progress = true;
        assert_int_equal(pick(), 0);
        post(0);
    }

    assert_int_equal(ready.idle_turns, 0);
}

static void
turns_of_yields_are_counted_apart(void **state)
{
    (void)state;
    ready.yield_turns_max = 2;
    post(0);
    for (unsigned i = 0; i < 2; i++) {
        ready.progress = true;
        assert_int_equal(pick(), 0);
        post(0);
    }

    assert_int_equal(pick(), ACTORS);

    assert_int_equal(ready.yield_turns, 3);
    assert_int_equal(ready.idle_turns, 1);
}

/* ---- the model ---- */

static uint32_t order[ACTORS + 1]; /* the ring */
static size_t order_count;
static bool offered[ACTORS];

static void
model_begin(void)
{
    order[0] = MARKER;
    order_count = 1;
    memset(offered, 0, sizeof(offered));
}

static size_t
model_find(uint32_t number)
{
    size_t at = 0;
    while (at < order_count && order[at] != number) {
        at++;
    }
    return at;
}

static void
model_insert(size_t at, uint32_t number)
{
    memmove(&order[at + 1], &order[at], (order_count - at) * sizeof(*order));
    order[at] = number;
    order_count++;
}

static void
model_erase(size_t at)
{
    order_count--;
    memmove(&order[at], &order[at + 1], (order_count - at) * sizeof(*order));
}

static uint32_t
model_pick(void)
{
    if (order_count == 1) {
        return ACTORS;
    }
    if (order[0] == MARKER) {
        model_erase(0);
        model_insert(order_count, MARKER);
    }
    const uint32_t taken = order[0];
    model_erase(0);
    return taken;
}

static void
assert_as_the_model(void)
{
    size_t offers = 0;
    for (uint32_t i = 0; i < ACTORS; i++) {
        const bool there = offered[i] || model_find(i) < order_count;
        assert_true(hd_ready_has(&ready, &actors[i]) == there);
        offers += offered[i];
    }
    assert_int_equal(ready.view.ready_count, order_count - 1 + offers);
    const struct hd_actor *at = ready.fifo.fifo_next;
    for (size_t i = 0; i < order_count; i++, at = at->fifo_next) {
        assert_ptr_equal(at, order[i] == MARKER ? &ready.marker
                                                : &actors[order[i]]);
    }
    assert_ptr_equal(at, &ready.fifo);
    assert_true(hd_ready_check(&ready));
}

/* Put an actor in, in one of the ways there are. */
static void
put_somehow(uint32_t i, uint64_t how)
{
    switch (how) {
    case 0:
        hd_ready_post_first(&ready, &actors[i]);
        model_insert(0, i);
        break;
    case 1:
        hd_ready_post_turn(&ready, &actors[i], NULL);
        model_insert(model_find(MARKER), i);
        break;
    case 2:
        hd_ready_offer(&ready, &actors[i], NULL);
        offered[i] = true;
        break;
    default:
        post(i);
        model_insert(order_count, i);
        break;
    }
}

static void
take_out(uint32_t i)
{
    hd_ready_remove(&ready, &actors[i], NULL);
    if (offered[i]) {
        offered[i] = false;
    } else {
        model_erase(model_find(i));
    }
}

static void
any_operations_keep_the_set_as_the_model(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        struct hd_random random = {.state = seed};
        begin();
        model_begin();
        for (unsigned op = 0; op < 2000; op++) {
            const uint32_t i = (uint32_t)hd_random_below(&random, ACTORS);
            if (hd_random_below(&random, 4) == 0) {
                assert_int_equal(pick(), model_pick());
            } else if (!hd_ready_has(&ready, &actors[i])) {
                put_somehow(i, hd_random_below(&random, 6));
            } else if (hd_random_below(&random, 3) == 0) {
                take_out(i);
            }
            assert_as_the_model();
        }
    }
}

static void
a_set_larger_than_its_first_array_grows(void **state)
{
    (void)state;

    for (uint32_t i = 0; i < ACTORS; i++) {
        post(i);
    }

    assert_int_equal(ready.view.ready_count, ACTORS);
    assert_ptr_not_equal(ready.array, ready.few);
    assert_ptr_equal(ready.view.ready, ready.array);
    assert_true(hd_ready_check(&ready));
    for (uint32_t i = 0; i < ACTORS; i++) {
        assert_int_equal(pick(), i);
    }
}

static void
the_check_sees_a_wrong_place_in_the_array(void **state)
{
    (void)state;
    post(0);
    post(1);
    assert_true(hd_ready_check(&ready));

    actors[0].ready_at = 1;

    assert_false(hd_ready_check(&ready));
}

static void
the_check_sees_a_wrong_hash(void **state)
{
    (void)state;
    post(0);

    actors[0].steps++;

    assert_false(hd_ready_check(&ready));
}

static void
the_check_sees_a_ring_without_its_marker(void **state)
{
    (void)state;
    post(0);

    hd_ready_unlink(&ready.marker);

    assert_false(hd_ready_check(&ready));
}

/* ---- hashes ---- */

static void
the_hash_of_a_set_does_not_depend_on_the_way_to_it(void **state)
{
    (void)state;
    post(0);
    post(1);
    post(2);
    const uint64_t straight = ready.view.ready_hash;
    begin();

    hd_ready_post_first(&ready, &actors[2]);
    post(5);
    hd_ready_offer(&ready, &actors[0], NULL);
    post(1);
    hd_ready_remove(&ready, &actors[5], NULL);

    assert_int_equal(ready.view.ready_hash, straight);
}

static void
an_empty_set_has_the_hash_0(void **state)
{
    (void)state;
    post(0);
    post(1);

    pick();
    pick();

    assert_int_equal(ready.view.ready_hash, 0);
}

static void
the_hash_of_a_set_tells_the_steps_of_its_actors(void **state)
{
    (void)state;
    post(0);
    const uint64_t before = ready.view.ready_hash;

    pick();
    post(0);

    assert_int_not_equal(ready.view.ready_hash, before);
}

static void
the_trace_hash_depends_on_who_stepped_and_nothing_else(void **state)
{
    (void)state;
    post(0);
    post(1);
    pick();
    pick();
    const uint64_t alone = ready.view.trace_hash;
    begin();

    post(7);
    post(0);
    hd_ready_remove(&ready, &actors[7], NULL);
    pick();
    post(1);
    pick();

    assert_int_equal(ready.view.trace_hash, alone);
}

static void
the_trace_hash_depends_on_the_order_of_steps(void **state)
{
    (void)state;
    post(0);
    post(1);
    pick();
    pick();
    const uint64_t in_order = ready.view.trace_hash;
    begin();

    post(1);
    post(0);
    pick();
    pick();

    assert_int_not_equal(ready.view.trace_hash, in_order);
}

/* ---- two sets ---- */

static void
moving_takes_the_loops_actors_in_their_order(void **state)
{
    static struct hd_ready parked;
    struct hd_loop *const mine = (struct hd_loop *)(void *)&parked;
    (void)state;
    hd_ready_init(&parked, &events, &arena, turn);
    for (uint32_t i = 0; i < 6; i++) {
        actors[i].loop = i % 2 == 0 ? mine : NULL;
        post(i);
    }

    hd_ready_move(&ready, &parked, mine);

    assert_true(hd_ready_check(&ready));
    assert_true(hd_ready_check(&parked));
    assert_int_equal(pick(), 1);
    assert_int_equal(pick(), 3);
    assert_int_equal(pick(), 5);
    for (uint32_t i = 0; i < 6; i += 2) {
        assert_ptr_equal(hd_ready_pick(&parked), &actors[i]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fifo_picks_in_the_order_of_posting),
        TEST(what_is_posted_first_is_picked_first),
        TEST(what_is_posted_in_a_turn_waits_for_the_next),
        TEST(an_offer_is_never_the_default),
        TEST(what_was_removed_is_not_picked),
        TEST(removing_what_was_handed_over_takes_it_back),
        TEST(attention_stops_the_picking),
        TEST(the_step_limit_stops_the_picking),
        TEST(turns_without_progress_are_counted_to_their_limit),
        TEST(progress_begins_the_count_of_turns_again),
        TEST(turns_of_yields_are_counted_apart),
        TEST(any_operations_keep_the_set_as_the_model),
        TEST(a_set_larger_than_its_first_array_grows),
        TEST(the_check_sees_a_wrong_place_in_the_array),
        TEST(the_check_sees_a_wrong_hash),
        TEST(the_check_sees_a_ring_without_its_marker),
        TEST(the_hash_of_a_set_does_not_depend_on_the_way_to_it),
        TEST(an_empty_set_has_the_hash_0),
        TEST(the_hash_of_a_set_tells_the_steps_of_its_actors),
        TEST(the_trace_hash_depends_on_who_stepped_and_nothing_else),
        TEST(the_trace_hash_depends_on_the_order_of_steps),
        TEST(moving_takes_the_loops_actors_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
