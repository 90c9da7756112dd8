#include "base/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void
the_generator_gives_the_values_of_wyrand(void **state)
{
    /* Computed apart, from the definition, in Python. */
    static const uint64_t known[] = {
        UINT64_C(0xae4a7cbfdda9b434),
        UINT64_C(0xe9cc09d33d38d9d2),
        UINT64_C(0xcb5756512b93433a),
        UINT64_C(0xeb29b2a1320e1a71),
    };
    struct hd_random random = {.state = 42};
    (void)state;

    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(hd_random_next(&random), known[i]);
    }
}

static void
the_mixer_gives_the_values_of_splitmix64(void **state)
{
    (void)state;

    /* The first two numbers of the published generator for seed 0. */
    assert_int_equal(hd_mix(0), UINT64_C(0xe220a8397b1dcdaf));
    assert_int_equal(hd_mix(UINT64_C(0x9e3779b97f4a7c15)),
                     UINT64_C(0x6e789e6aa1b965f4));
}

static void
the_same_seed_gives_the_same_numbers(void **state)
{
    struct hd_random one = {.state = 7}, other = {.state = 7};
    (void)state;

    for (unsigned i = 0; i < 1000; i++) {
        assert_int_equal(hd_random_below(&one, 1 + i),
                         hd_random_below(&other, 1 + i));
    }
}

static void
numbers_stay_below_their_bound(void **state)
{
    static const uint64_t bounds[] = {
        1, 2, 3, 10, 1000, UINT32_MAX, (uint64_t)1 << 63, UINT64_MAX,
    };
    struct hd_random random = {.state = 1};
    (void)state;

    for (size_t b = 0; b < sizeof(bounds) / sizeof(*bounds); b++) {
        for (unsigned i = 0; i < 1000; i++) {
            assert_true(hd_random_below(&random, bounds[b]) < bounds[b]);
        }
    }
}

static void
each_number_below_a_small_bound_comes_about_as_often(void **state)
{
    struct hd_random random = {.state = 3};
    unsigned counts[6] = {0};
    (void)state;

    for (unsigned i = 0; i < 60000; i++) {
        counts[hd_random_below(&random, 6)]++;
    }

    for (size_t i = 0; i < 6; i++) {
        assert_in_range(counts[i], 9600, 10400); /* over four sigma */
    }
}

static int
by_value(const void *a, const void *b)
{
    const uint64_t left = *(const uint64_t *)a;
    const uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static void
mixing_keeps_different_numbers_different(void **state)
{
    static uint64_t mixed[100000];
    const size_t count = sizeof(mixed) / sizeof(*mixed);
    (void)state;
    for (size_t i = 0; i < count; i++) {
        mixed[i] = hd_mix((uint64_t)i << (i & 1 ? 40 : 0));
    }

    qsort(mixed, count, sizeof(*mixed), by_value);

    for (size_t i = 1; i < count; i++) {
        assert_int_not_equal(mixed[i], mixed[i - 1]);
    }
}

static void
one_bit_of_input_changes_about_half_of_the_output(void **state)
{
    unsigned changed = 0;
    (void)state;

    for (unsigned bit = 0; bit < 64; bit++) {
        const uint64_t difference = hd_mix(0) ^ hd_mix((uint64_t)1 << bit);
        changed += (unsigned)__builtin_popcountll(difference);
    }

    assert_in_range(changed, 64 * 28, 64 * 36);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_gives_the_values_of_wyrand),
        cmocka_unit_test(the_mixer_gives_the_values_of_splitmix64),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
        cmocka_unit_test(numbers_stay_below_their_bound),
        cmocka_unit_test(each_number_below_a_small_bound_comes_about_as_often),
        cmocka_unit_test(mixing_keeps_different_numbers_different),
        cmocka_unit_test(one_bit_of_input_changes_about_half_of_the_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
