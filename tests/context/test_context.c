#include "context/context.h"

#include <fenv.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define STACK_BYTES ((size_t)512 * 1024)
#define CONTEXTS 8u

static struct hd_context tester; /* the test's own stack, while it is left */
static struct hd_context contexts[CONTEXTS];
static char *memory[CONTEXTS];

static char heard[256];

static void
say(char word)
{
    const size_t length = strlen(heard);
    heard[length] = word;
    heard[length + 1] = '\0';
}

static int
set_up(void **state)
{
    (void)state;
    heard[0] = '\0';
    memset(&tester, 0, sizeof(tester));
    memset(contexts, 0, sizeof(contexts));
    for (size_t i = 0; i < CONTEXTS; i++) {
        memory[i] = aligned_alloc(4096, STACK_BYTES);
        if (memory[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONTEXTS; i++) {
        hd_context_drop(&contexts[i]);
        hd_asan_unpoison(memory[i], STACK_BYTES);
        free(memory[i]);
    }
    return 0;
}

static struct hd_context *
make(size_t i, hd_context_fn *fn, void *arg)
{
    hd_context_make(&contexts[i], memory[i] + STACK_BYTES, STACK_BYTES, fn,
                    arg);
    return &contexts[i];
}

/* ---- going there and back ---- */

static void
say_and_return(void *arg)
{
    struct hd_context *self = arg;
    for (;;) {
        say('b');
        hd_context_switch(self, &tester);
    }
}

static void
switching_goes_there_and_comes_back(void **state)
{
    struct hd_context *context = make(0, say_and_return, &contexts[0]);
    (void)state;

    say('a');
    hd_context_switch(&tester, context);
    say('c');
    hd_context_switch(&tester, context);
    say('d');

    assert_string_equal(heard, "abcbd");
}

static void
note_where_it_runs(void *arg)
{
    const char **out_frame = arg;
    char here = 0;
    *out_frame = &here;
    hd_context_switch(&contexts[0], &tester);
}

static void
a_context_runs_on_the_stack_it_was_given(void **state)
{
    const char *frame = NULL;
    (void)state;
#ifdef HD_ASAN
    skip(); /* the frame may be a fake one */
#endif

    hd_context_switch(&tester, make(0, note_where_it_runs, &frame));

    assert_true(frame >= memory[0]);
    assert_true(frame < memory[0] + STACK_BYTES);
}

static void
note_who_is_here(void *arg)
{
    struct hd_context **out_here = arg;
    *out_here = hd_context_here;
    hd_context_switch(&contexts[0], &tester);
}

static void
the_running_context_is_known(void **state)
{
    struct hd_context *there = NULL;
    (void)state;

    hd_context_switch(&tester, make(0, note_who_is_here, &there));

    assert_ptr_equal(there, &contexts[0]);
    assert_ptr_equal(hd_context_here, &tester);
}

/* ---- what survives ---- */

static void
count_in_locals(void *arg)
{
    uint64_t a = 1, b = 2, c = 3, d = 4, e = 5, f = 6;
    double x = 0.5;
    uint64_t *out_sum = arg;
    for (;;) {
        hd_context_switch(&contexts[0], &tester);
        a += 1;
        b += a;
        c += b;
        d += c;
        e += d;
        f += e;
        x *= 2;
        *out_sum = a + b + c + d + e + f + (uint64_t)x;
    }
}

static uint64_t
expected_sum(unsigned rounds)
{
    uint64_t v[6] = {1, 2, 3, 4, 5, 6}, sum = 0, x = 1;
    for (unsigned round = 1; round <= rounds; round++) {
        v[0] += 1;
        sum = v[0];
        for (size_t i = 1; i < 6; i++) {
            v[i] += v[i - 1];
            sum += v[i];
        }
        x = (uint64_t)1 << (round - 1);
        sum += x;
    }
    return sum;
}

static void
locals_survive_any_number_of_switches(void **state)
{
    uint64_t sum = 0;
    struct hd_context *context = make(0, count_in_locals, &sum);
    (void)state;
    hd_context_switch(&tester, context);

    for (unsigned round = 1; round <= 40; round++) {
        hd_context_switch(&tester, context);
        assert_int_equal(sum, expected_sum(round));
    }
}

static void
round_upward(void *arg)
{
    (void)arg;
    fesetround(FE_UPWARD);
    hd_context_switch(&contexts[0], &tester);
    say(fegetround() == FE_UPWARD ? 'u' : '?');
    hd_context_switch(&contexts[0], &tester);
}

static void
each_context_keeps_its_own_rounding(void **state)
{
    struct hd_context *context = make(0, round_upward, NULL);
    (void)state;
    fesetround(FE_DOWNWARD);

    hd_context_switch(&tester, context);
    say(fegetround() == FE_DOWNWARD ? 'd' : '?');
    hd_context_switch(&tester, context);

    fesetround(FE_TONEAREST);
    assert_string_equal(heard, "du");
}

/* ---- many ---- */

static void
pass_on(void *arg)
{
    const size_t self = (size_t)(uintptr_t)arg;
    for (unsigned round = 0;; round++) {
        say((char)('0' + self));
        hd_context_switch(&contexts[self],
                          self + 1 < CONTEXTS ? &contexts[self + 1] : &tester);
    }
}

static void
contexts_switch_straight_to_one_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < CONTEXTS; i++) {
        make(i, pass_on, (void *)(uintptr_t)i);
    }

    hd_context_switch(&tester, &contexts[0]);
    hd_context_switch(&tester, &contexts[0]);

    assert_string_equal(heard, "0123456701234567");
}

static void
a_dropped_context_can_be_made_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        heard[0] = '\0';
        struct hd_context *context = make(0, say_and_return, &contexts[0]);
        hd_context_switch(&tester, context);
        hd_context_switch(&tester, context);
        assert_string_equal(heard, "bb");

        hd_context_drop(context);
        hd_asan_unpoison(memory[0], STACK_BYTES);
    }
}

static void
storage_that_was_not_cleared_can_be_switched_from(void **state)
{
    struct hd_context dirty;
    (void)state;
    memset(&dirty, 0x5a, sizeof(dirty));
    dirty.fake = NULL; /* all that is asked of who switches first */
    tester = dirty;

    hd_context_switch(&tester, make(0, say_and_return, &contexts[0]));

    assert_string_equal(heard, "b");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(switching_goes_there_and_comes_back),
        TEST(a_context_runs_on_the_stack_it_was_given),
        TEST(the_running_context_is_known),
        TEST(locals_survive_any_number_of_switches),
        TEST(each_context_keeps_its_own_rounding),
        TEST(contexts_switch_straight_to_one_another),
        TEST(a_dropped_context_can_be_made_again),
        TEST(storage_that_was_not_cleared_can_be_switched_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
