/*
 * Names: the hash read from a name is the hash that the runtime computes, and
 * the name read from a log is the one that the runtime prints.
 */
#include "trace/names.h"

#include "sim.h"
#include "task/loop.h"
#include "trace/records.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* ---- a program with every sort of actor ---- */

static struct hd_lock lock;

static int
leaf(void *arg)
{
    (void)arg;
    HD_TRY(hd_lock_acquire(&lock));
    HD_TRY(hd_sleep(HD_MS(3)));
    return hd_lock_release(&lock);
}

static void
ring(void *arg)
{
    (void)arg;
}

static int
branch(void *arg)
{
    struct hd_task *first = hd_task_spawn(leaf, arg);
    struct hd_task *second = hd_task_spawn(leaf, arg);
    hd_task_set_name(second, "a leaf with quite a long name");
    hd_loop_call_later(hd_loop_running(), HD_MS(1), ring, NULL);
    HD_TRY(hd_await(first));
    return hd_await(second);
}

static int
tree(void *arg)
{
    struct hd_task *left = hd_task_spawn(branch, arg);
    struct hd_task *right = hd_task_spawn(branch, arg);
    HD_TRY(hd_await(left));
    return hd_await(right);
}

static struct hd_actor *
pick_last(void *self, const struct hd_view *view)
{
    (void)self;
    return view->ready[view->ready_count - 1];
}

struct births {
    uint64_t paths[64];
    uint32_t count;
};

static void
note_birth(void *self, const struct hd_actor *actor)
{
    struct births *births = self;
    assert_true(actor->id < 64);
    births->paths[actor->id] = actor->path;
    births->count = actor->id;
}

static const struct hd_strategy backwards = {
    .name = "backwards",
    .abi = HD_STRATEGY_ABI,
    .wants = HD_WANT_BIRTHS,
    .pick = pick_last,
    .born = note_birth,
};

/* Run the tree, the clock being an actor if time may jump. */
static struct hd_names
run_tree(enum hd_clock clock, struct births *births)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    struct hd_names names;
    rules.clock = clock;
    hd_lock_init(&lock);
    assert_int_equal(sim_explore(tree, NULL, &rules, &backwards, births),
                     HD_OUTCOME_OK);
    assert_true(hd_names_init(&names, sim_world()->log));
    return names;
}

static uint64_t
path(const char *text)
{
    uint64_t value = 0;
    assert_true(hd_path_parse(text, strlen(text), &value));
    return value;
}

/* ---- paths ---- */

static void
a_name_gives_the_hash_that_the_runtime_computed(void **state)
{
    struct births births = {.count = 0};
    char text[HD_NAME_BYTES];
    (void)state;

    struct hd_names names = run_tree(HD_CLOCK_JUMP, &births);

    assert_int_equal(names.actor_count, births.count + 1);
    for (uint32_t id = 1; id < names.actor_count; id++) {
        hd_names_actor(&names, id, text, sizeof(text));
        assert_int_equal(path(text), births.paths[id]);
        assert_int_equal(names.actors[id].path, births.paths[id]);
    }
    hd_names_finish(&names);
}

static void
a_log_gives_the_name_that_the_runtime_prints(void **state)
{
    struct births births = {.count = 0};
    char text[HD_NAME_BYTES], runtime[HD_NAME_BYTES];
    (void)state;

    struct hd_names names = run_tree(HD_CLOCK_JUMP, &births);

    for (uint32_t id = 1; id < names.actor_count; id++) {
        hd_names_actor(&names, id, text, sizeof(text));
        assert_true(
            hd_log_path(sim_world()->log, id, runtime, sizeof(runtime)));
        assert_string_equal(text, runtime);
    }
    hd_names_finish(&names);
}

static void
no_two_actors_have_one_path(void **state)
{
    struct births births = {.count = 0};
    (void)state;

    struct hd_names names = run_tree(HD_CLOCK_JUMP, &births);

    for (uint32_t a = 1; a <= births.count; a++) {
        for (uint32_t b = 1; b < a; b++) {
            assert_int_not_equal(births.paths[a], births.paths[b]);
        }
    }
    hd_names_finish(&names);
}

static void
the_clock_is_not_the_first_event_of_main(void **state)
{
    (void)state;

    assert_int_not_equal(path("clock"), path("0/call1"));
    assert_int_not_equal(path("clock"), path("0"));
}

static void
the_word_after_a_slash_is_for_people(void **state)
{
    (void)state;

    assert_int_equal(path("0.3.1/timer2"), path("0.3.1/call2"));
    assert_int_equal(path("0.2/exit1"), path("0.2/io1"));
    assert_int_not_equal(path("0.2/exit1"), path("0.2/exit2"));
    assert_int_not_equal(path("0.2/exit1"), path("0.2.1"));
}

static void
what_is_not_a_name_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",       "1",   "0.",     "0.0",
        "0.x",    "0/1", "0/t",    "0.3 ",
        "0.03",   ".3",  "0.1/t0", "0..1",
        "clock1", "00",  "0.1/T1", "0.99999999999",
    };
    uint64_t value = 7;
    (void)state;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
        assert_false(hd_path_parse(wrong[i], strlen(wrong[i]), &value));
    }
    assert_int_equal(value, 7);
}

static void
a_name_is_read_up_to_its_length(void **state)
{
    uint64_t value;
    (void)state;

    assert_true(hd_path_parse("0.31@4", 4, &value));
    assert_int_equal(value, path("0.31"));
}

/* ---- names in a log ---- */

static const struct hd_object_name *
object_at(const struct hd_names *names, const void *address, uint32_t *number)
{
    for (uint32_t i = 1; i < names->object_count; i++) {
        if (names->objects[i].address == (uint64_t)(uintptr_t)address) {
            *number = i;
            return &names->objects[i];
        }
    }
    return NULL;
}

static void
objects_are_named_after_their_makers(void **state)
{
    struct births births = {.count = 0};
    char text[HD_NAME_BYTES];
    uint32_t number = 0;
    (void)state;

    struct hd_names names = run_tree(HD_CLOCK_EXACT, &births);
    const struct hd_object_name *object = object_at(&names, &lock, &number);

    assert_non_null(object);
    assert_int_not_equal(object->place, 0);
    assert_int_equal(object->nth, 1); /* the first lock */
    assert_non_null(strstr(hd_names_object(&names, number, text, sizeof(text)),
                           "lock 1 of 0."));
    assert_string_equal(
        hd_names_object(&names, 1 | HD_OBJECT_IS_TASK, text, sizeof(text)),
        "task 0");
    hd_names_finish(&names);
}

static void
given_names_and_functions_are_kept(void **state)
{
    struct births births = {.count = 0};
    int found = 0;
    (void)state;

    struct hd_names names = run_tree(HD_CLOCK_EXACT, &births);

    for (uint32_t id = 0; id < names.actor_count; id++) {
        const struct hd_actor_name *actor = &names.actors[id];
        if (actor->given != NULL) {
            assert_string_equal(actor->given, "a leaf with quite a long name");
            assert_int_equal(actor->code, (uint64_t)(uintptr_t)leaf);
            assert_int_not_equal(actor->place, 0);
            found++;
        }
    }
    assert_int_equal(found, 2);
    hd_names_finish(&names);
}

static void
names_do_not_depend_on_the_schedule(void **state)
{
    struct births births = {.count = 0};
    (void)state;
    struct hd_names back = run_tree(HD_CLOCK_EXACT, &births);
    hd_lock_init(&lock);

    sim_run(tree, NULL);
    struct hd_names fifo;
    assert_true(hd_names_init(&fifo, sim_world()->log));

    for (uint32_t a = 1; a < back.actor_count; a++) {
        uint32_t b = 1;
        while (b < fifo.actor_count &&
               (fifo.actors[b].path != back.actors[a].path ||
                fifo.actors[b].code != back.actors[a].code)) {
            b++;
        }
        assert_true(b < fifo.actor_count);
    }
    hd_names_finish(&back);
    hd_names_finish(&fifo);
}

static void
what_the_ring_has_lost_has_no_name(void **state)
{
    struct hd_record records[4] = {{0}};
    struct hd_log log = {.mask = 3, .records = records};
    struct hd_names names;
    char text[HD_NAME_BYTES];
    (void)state;
    hd_log_put(&log, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    for (uint32_t id = 2; id < 6; id++) {
        hd_log_put(&log, HD_LOG_BORN, HD_ACTOR_TASK, id,
                   (uint64_t)(id - 1) << 32 | 1);
    }

    assert_true(hd_names_init(&names, &log));

    assert_string_equal(hd_names_actor(&names, 5, text, sizeof(text)), "?");
    assert_string_equal(hd_names_actor(&names, 99, text, sizeof(text)), "?");
    assert_string_equal(hd_names_object(&names, 1, text, sizeof(text)), "?");
    hd_names_finish(&names);
}

static void
names_are_cut_to_the_room_there_is(void **state)
{
    struct hd_record records[4] = {{0}};
    struct hd_log log = {.mask = 3, .records = records};
    struct hd_names names;
    char text[4];
    (void)state;
    hd_log_put(&log, HD_LOG_BORN, HD_ACTOR_TASK, 1, 0);
    hd_log_put(&log, HD_LOG_BORN, HD_ACTOR_TASK, 2, UINT64_C(1) << 32 | 123);

    assert_true(hd_names_init(&names, &log));

    assert_string_equal(hd_names_actor(&names, 2, text, sizeof(text)), "0.1");
    hd_names_finish(&names);
}

static void
the_text_of_a_record_comes_back(void **state)
{
    struct hd_record records[32] = {{0}};
    struct hd_log log = {.mask = 31, .records = records};
    const struct hd_record name = {.kind = HD_LOG_NAME, .subject = 1};
    char text[64];
    (void)state;
    hd_log_text(&log, name, "exactly16 bytes!");
    hd_log_text(&log, name, "not a multiple of sixteen");
    hd_log_text(&log, name, "");

    assert_string_equal(hd_record_text(&log, 0, text, sizeof(text)),
                        "exactly16 bytes!");
    assert_string_equal(hd_record_text(&log, 2, text, 8), "not a m");
    assert_string_equal(hd_record_text(&log, 5, text, sizeof(text)), "");
    assert_int_equal(hd_record_next(&log, 2), 5);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_gives_the_hash_that_the_runtime_computed),
        cmocka_unit_test(a_log_gives_the_name_that_the_runtime_prints),
        cmocka_unit_test(no_two_actors_have_one_path),
        cmocka_unit_test(the_clock_is_not_the_first_event_of_main),
        cmocka_unit_test(the_word_after_a_slash_is_for_people),
        cmocka_unit_test(what_is_not_a_name_is_refused),
        cmocka_unit_test(a_name_is_read_up_to_its_length),
        cmocka_unit_test(objects_are_named_after_their_makers),
        cmocka_unit_test(given_names_and_functions_are_kept),
        cmocka_unit_test(names_do_not_depend_on_the_schedule),
        cmocka_unit_test(what_the_ring_has_lost_has_no_name),
        cmocka_unit_test(names_are_cut_to_the_room_there_is),
        cmocka_unit_test(the_text_of_a_record_comes_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
