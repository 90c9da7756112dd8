/*
 * Tokens: what is written is read again, and damage is named by its place.
 */
#include "trace/token.h"

#include "base/random.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EXAMPLE "hd1:any,exact,suspend:5f3c21:0.1@4=0.3,0.2+0.1~2=3"

static char error[HD_TOKEN_ERROR_BYTES];

static struct hd_token
read_right(const char *text)
{
    struct hd_token token;
    error[0] = '\0';
    if (!hd_token_read(text, &token, error)) {
        fail_msg("%s: %s", text, error);
    }
    return token;
}

/* ---- reading ---- */

static uint64_t
path(const char *name)
{
    uint64_t hash = 0;
    assert_true(hd_path_parse(name, strlen(name), &hash));
    return hash;
}

static void
assert_switch(const struct hd_deviation *item, const char *at, uint32_t step,
              const char *take)
{
    assert_false(item->is_value);
    assert_int_equal(item->step, step);
    assert_int_equal(item->at, path(at));
    assert_int_equal(item->take, path(take));
    assert_string_equal(item->at_name, at);
    assert_string_equal(item->take_name, take);
}

static void
the_example_of_the_header_is_read_as_it_says(void **state)
{
    (void)state;

    struct hd_token token = read_right(EXAMPLE);

    assert_int_equal(token.order + token.clock + token.points, 0);
    assert_int_equal(token.print, 0x5f3c21);
    assert_false(token.is_recipe);
    assert_int_equal(token.schedule.count, 3);
    assert_switch(&token.schedule.items[0], "0.1", 4, "0.3");
    assert_switch(&token.schedule.items[1], "0.1", 4, "0.2");
    assert_true(token.schedule.items[2].is_value);
    assert_int_equal(token.schedule.items[2].at, path("0.1"));
    assert_int_equal(token.schedule.items[2].step, 2);
    assert_int_equal(token.schedule.items[2].value, 3);
    hd_token_finish(&token);
}

static void
an_order_names_the_earlier_step_first(void **state)
{
    (void)state;

    struct hd_token token =
        read_right("hd1:any,exact,suspend:5f3c21:0.3@2-0.1@4+clock@1-0@3");

    assert_int_equal(token.schedule.count, 2);
    const struct hd_deviation *item = &token.schedule.items[0];
    assert_true(item->is_order);
    assert_false(item->is_value);
    assert_int_equal(item->take, path("0.3"));
    assert_int_equal(item->take_step, 2);
    assert_int_equal(item->at, path("0.1"));
    assert_int_equal(item->step, 4);
    assert_string_equal(token.schedule.items[1].take_name, "clock");
    assert_true(hd_schedule_has_order(&token.schedule));
    hd_token_finish(&token);
}

static void
a_recipe_names_strategy_seed_and_run(void **state)
{
    (void)state;

    struct hd_token token =
        read_right("hd1r:loop,jump,await:00ff00:random,42,17");

    assert_true(token.is_recipe);
    assert_int_equal(token.order, 1);
    assert_int_equal(token.clock, 1);
    assert_int_equal(token.points, 1);
    assert_string_equal(token.strategy, "random");
    assert_int_equal(token.seed, 42);
    assert_int_equal(token.run, 17);
    assert_int_equal(token.schedule.count, 0);
    hd_token_finish(&token);
}

static void
fifo_is_the_empty_schedule(void **state)
{
    (void)state;

    struct hd_token token = read_right("hd1:any,exact,suspend:000000:fifo");

    assert_int_equal(token.schedule.count, 0);
    hd_token_finish(&token);
}

static void
events_and_the_clock_can_be_named(void **state)
{
    (void)state;

    struct hd_token token = read_right(
        "hd1:any,jump,suspend:000000:0.2/timer1@1=clock+clock@3=0/call12");

    assert_int_equal(token.schedule.count, 2);
    assert_switch(&token.schedule.items[0], "0.2/timer1", 1, "clock");
    assert_switch(&token.schedule.items[1], "clock", 3, "0/call12");
    hd_token_finish(&token);
}

/* ---- damage ---- */

struct damage {
    const char *text, *complaint;
};

static void
assert_damaged(const struct damage *damaged, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hd_token token;
        memset(&token, 0xee, sizeof(token));
        if (hd_token_read(damaged[i].text, &token, error)) {
            fail_msg("read: %s", damaged[i].text);
        }
        if (strstr(error, damaged[i].complaint) == NULL) {
            fail_msg("%s: %s", damaged[i].text, error);
        }
        assert_int_equal(token.schedule.count, 0);
        assert_null(token.schedule.items);
        hd_token_finish(&token);
    }
}

static void
every_kind_of_damage_is_named_with_its_place(void **state)
{
    static const struct damage damaged[] = {
        {"", "1: a token begins with hd1"},
        {"xy1:any", "1: a token begins with hd1"},
        {"hd", "3: version ' ' is unknown"},
        {"hd2:any", "3: version '2' is unknown"},
        {"hd1any", "4: ':' should stand here, not 'a'"},
        {"hd1:", "5: no such order (any or loop)"},
        {"hd1:all,exact", "5: no such order (any or loop)"},
        {"hd1:any", "8: it ends where ',' should stand"},
        {"hd1:any,late,", "9: no such clock (exact or jump)"},
        {"hd1:any,exact,x", "15: no such points (suspend or await)"},
        {"hd1:any,exact,await", "20: it ends where ':' should stand"},
        {"hd1:any,exact,await:12345:", "21: six hexadecimal digits"},
        {"hd1:any,exact,await:12345G:", "21: six hexadecimal digits"},
        {"hd1:any,exact,await:1234567:", "21: six hexadecimal digits"},
        {"hd1:any,exact,await:123456", "27: it ends where ':' should"},
        {"hd1:any,exact,await:123456:", "28: the word fifo or an actor's"},
        {"hd1:any,exact,await:123456:0.1@3=0.1", "nobody can run before"},
        {"hd1:any,exact,await:123456:1.2@3=0", "28: an actor's name"},
        {"hd1:any,exact,await:123456:0.0@3=0", "28: an actor's name"},
        {"hd1:any,exact,await:123456:0.1=0", "31: '@' should stand here"},
        {"hd1:any,exact,await:123456:0.1@x=0", "32: a number (step)"},
        {"hd1:any,exact,await:123456:0.1@0=0", "steps count from 1"},
        {"hd1:any,exact,await:123456:0.1@99999999999=0", "steps count"},
        {"hd1:any,exact,await:123456:0.1@3", "33: it ends where '='"},
        {"hd1:any,exact,await:123456:0.1@3=", "34: an actor's name"},
        {"hd1:any,exact,await:123456:0.1@3=0.2,", "38: an actor's name"},
        {"hd1:any,exact,await:123456:0.1@3=0.2+", "38: an actor's name"},
        {"hd1:any,exact,await:123456:0.1@3=0.2;", "37: '+' should stand"},
        {"hd1:any,exact,await:123456:0.1@3-", "34: an actor's name"},
        {"hd1:any,exact,await:123456:0.1@3-0.2", "37: it ends where '@'"},
        {"hd1:any,exact,await:123456:0.1@3-0.2@", "38: a number (step)"},
        {"hd1:any,exact,await:123456:0.1@3-0.2@0", "39: steps count from 1"},
        {"hd1:any,exact,await:123456:0.1@0-0.2@1", "33: steps count from 1"},
        {"hd1:any,exact,await:123456:0.1@3-0.1@4", "39: nobody can run"},
        {"hd1:any,exact,await:123456:0.1@3-0.2@4,0.3", "39: '+' should stand"},
        {"hd1:any,exact,await:123456:0.1~3-0.2@4", "33: '=' should stand"},
        {"hd1:any,exact,await:123456:0.1~3=x", "34: a number (value)"},
        {"hd1:any,exact,await:123456:0~1=18446744073709551616",
         "32: the value is too large"},
        {"hd1:any,exact,await:123456:fifo ", "28: the word fifo"},
        {"hd1r:any,exact,await:123456:", "29: a strategy's name"},
        {"hd1r:any,exact,await:123456:random", "35: it ends where ','"},
        {"hd1r:any,exact,await:123456:random,x", "36: a number (seed)"},
        {"hd1r:any,exact,await:123456:random,1", "37: it ends where ','"},
        {"hd1r:any,exact,await:123456:random,1,", "38: a number (run)"},
        {"hd1r:any,exact,await:123456:random,1,2,", "something stands after"},
    };
    (void)state;

    assert_damaged(damaged, sizeof(damaged) / sizeof(*damaged));
}

static void
damaged_faults_are_named_with_their_place(void **state)
{
    static const struct damage damaged[] = {
        {"hd1:any,exact,await,", "21: no such fault (cancel or alloc)"},
        {"hd1:any,exact,await,:123456:", "21: no such fault"},
        {"hd1:any,exact,await,oom:123456:", "21: no such fault"},
        {"hd1:any,exact,await,cancel0:12", "27: how many faults is a number"},
        {"hd1:any,exact,await,cancel10000:", "27: how many faults"},
        {"hd1:any,exact,await,cancel2-", "29: no such fault"},
        {"hd1:any,exact,await,alloc-alloc:", "27: this fault stands here twi"},
        {"hd1:any,exact,await,alloc,cancel:", "26: ':' should stand here"},
    };
    (void)state;

    assert_damaged(damaged, sizeof(damaged) / sizeof(*damaged));
}

static void
a_complaint_says_damaged_token_and_counts_from_1(void **state)
{
    struct hd_token token;
    (void)state;

    assert_false(hd_token_read("?", &token, error));

    assert_string_equal(
        error, "damaged token, at character 1: a token begins with hd1");
}

static void
a_name_too_long_is_damage(void **state)
{
    char text[400] = "hd1:any,exact,await:123456:0";
    struct hd_token token;
    (void)state;
    for (unsigned i = 0; i < HD_PATH_BYTES / 2; i++) {
        strcat(text, ".1");
    }
    strcat(text, "@1=0");

    assert_false(hd_token_read(text, &token, error));

    assert_non_null(strstr(error, "28: an actor's name"));
}

/* ---- writing ---- */

static void
assert_written_as_read(const char *text)
{
    struct hd_token token = read_right(text);
    char *written = hd_token_write(&token);
    assert_string_equal(written, text);
    free(written);
    hd_token_finish(&token);
}

static void
what_is_read_is_written_the_same(void **state)
{
    (void)state;

    assert_written_as_read(EXAMPLE);
    assert_written_as_read("hd1r:loop,jump,await:00ff00:random,42,17");
    assert_written_as_read("hd1r:any,exact,await:00ff00:"
                           "pct:3,18446744073709551615,0");
    assert_written_as_read("hd1:loop,exact,suspend:000000:fifo");
    assert_written_as_read("hd1:any,jump,await:abcdef:clock@1=0/io4");
    assert_written_as_read("hd1:any,jump,await:abcdef:"
                           "0.2@7-0.1@3+0.2@7-0.3@1+0~1=2+0.1@9=0.2");
    assert_written_as_read("hd1:any,exact,suspend,cancel:abcdef:0.1~1=1");
    assert_written_as_read("hd1:any,exact,suspend,alloc9999:abcdef:fifo");
    assert_written_as_read("hd1r:any,exact,suspend,cancel2-alloc:abcdef:"
                           "random,1,2");
    /* The same key, but a value in between. */
    assert_written_as_read("hd1:any,jump,await:abcdef:"
                           "0@1=0.1+0~1=2+0@1=0.1,0.2");
}

static void
settings_are_told_in_words(void **state)
{
    char text[HD_TOKEN_SETTINGS_BYTES];
    struct hd_token token = read_right("hd1:loop,exact,await:000000:fifo");
    (void)state;

    hd_token_settings(&token, text, sizeof(text));

    assert_string_equal(text, "order loop, clock exact, points await");
    hd_token_finish(&token);
}

static void
faults_are_told_as_the_option_takes_them(void **state)
{
    char text[HD_TOKEN_SETTINGS_BYTES];
    struct hd_token token =
        read_right("hd1:any,exact,suspend,cancel2-alloc:000000:fifo");
    (void)state;

    hd_token_settings(&token, text, sizeof(text));

    assert_string_equal(
        text, "order any, clock exact, points suspend, faults cancel:2, alloc");
    assert_int_equal(token.faults.cancels, 2);
    assert_int_equal(token.faults.allocs, 1);
    hd_token_finish(&token);
}

static void
the_order_of_faults_does_not_matter(void **state)
{
    struct hd_token token =
        read_right("hd1:any,exact,suspend,alloc-cancel3:000000:fifo");
    (void)state;

    char *written = hd_token_write(&token);

    assert_string_equal(written,
                        "hd1:any,exact,suspend,cancel3-alloc:000000:fifo");
    free(written);
    hd_token_finish(&token);
}

static void
the_print_depends_on_base_name_and_test_only(void **state)
{
    (void)state;

    const uint32_t print = hd_token_print_of("./bank", "both_count");

    assert_int_equal(hd_token_print_of("some/where/bank", "both_count"), print);
    assert_int_not_equal(hd_token_print_of("bank2", "both_count"), print);
    assert_int_not_equal(hd_token_print_of("bank", "both_count2"), print);
    assert_int_not_equal(hd_token_print_of("bankboth", "_count"), print);
    assert_true(print <= 0xffffff);
    /* Tokens are kept in files: this number must never change. */
    assert_int_equal(print, 0xb7d218);
}

/* ---- any token ---- */

static char *
add_path(char *at, struct hd_random *random)
{
    static const char *const links[] = {".", ".", ".", "/timer", "/call"};
    if (hd_random_below(random, 20) == 0) {
        return at + sprintf(at, "clock");
    }
    at += sprintf(at, "0");
    for (uint64_t depth = hd_random_below(random, 5); depth-- > 0;) {
        at += sprintf(at, "%s%u", links[hd_random_below(random, 5)],
                      1 + (unsigned)hd_random_below(random, 300));
    }
    return at;
}

/* A path that add_path never makes: nobody runs before itself. */
static char *
add_key(char *at, struct hd_random *random)
{
    static const char *const tails[] = {"", ".7", "/timer3", ".1/call2"};
    return at + sprintf(at, "0.999%s", tails[hd_random_below(random, 4)]);
}

static char *
add_entry(char *at, struct hd_random *random)
{
    at = add_key(at, random);
    const unsigned step = 1 + (unsigned)hd_random_below(random, 100000);
    if (hd_random_below(random, 4) == 0) {
        return at + sprintf(at, "~%u=%llu", step,
                            (unsigned long long)hd_random_next(random));
    }
    if (hd_random_below(random, 3) == 0) {
        at = add_path(at + sprintf(at, "@%u-", step), random);
        return at + sprintf(at, "@%u", step);
    }
    at += sprintf(at, "@%u=", step);
    at = add_path(at, random);
    while (hd_random_below(random, 3) == 0) {
        *at++ = ',';
        at = add_path(at, random);
    }
    return at;
}

/* Some token as text. */
static void
make_token(char *at, struct hd_random *random)
{
    static const char *const orders[] = {"any", "loop"};
    static const char *const clocks[] = {"exact", "jump"};
    static const char *const points[] = {"suspend", "await"};
    static const char *const faults[] = {"", "", ",cancel", ",cancel7-alloc"};
    const bool recipe = hd_random_below(random, 8) == 0;
    at += sprintf(
        at, "hd1%s:%s,%s,%s%s:%06x:", recipe ? "r" : "",
        orders[hd_random_below(random, 2)], clocks[hd_random_below(random, 2)],
        points[hd_random_below(random, 2)], faults[hd_random_below(random, 4)],
        (unsigned)hd_random_below(random, 0x1000000));
    if (recipe) {
        sprintf(at, "random,%llu,%llu",
                (unsigned long long)hd_random_next(random),
                (unsigned long long)hd_random_below(random, 1000));
        return;
    }
    at = add_entry(at, random);
    for (uint64_t more = hd_random_below(random, 6); more-- > 0;) {
        *at++ = '+';
        at = add_entry(at, random);
    }
}

static void
any_token_is_written_as_it_was_read(void **state)
{
    struct hd_random random = {.state = 5};
    char text[4096];
    (void)state;

    for (unsigned i = 0; i < 5000; i++) {
        make_token(text, &random);
        assert_written_as_read(text);
    }
}

/* ---- any damage ---- */

/* Reads it; if it is taken for a token, it must be one. */
static bool
survive(const char *text)
{
    struct hd_token token;
    error[0] = '\0';
    if (!hd_token_read(text, &token, error)) {
        assert_memory_equal(error, "damaged token, at character ", 28);
        assert_true(strlen(error) < sizeof(error));
        return false;
    }
    char *written = hd_token_write(&token);
    assert_written_as_read(written);
    free(written);
    hd_token_finish(&token);
    return true;
}

static void
mutate(char *text, struct hd_random *random)
{
    size_t length = strlen(text);
    const size_t at = hd_random_below(random, length);
    switch (hd_random_below(random, 4)) {
    case 0:
        text[at] = (char)(1 + hd_random_below(random, 255));
        break;
    case 1:
        text[at] = '\0';
        break;
    case 2:
        memmove(text + at, text + at + 1, length - at);
        break;
    default:
        text[at] = "0123456789.,:@~=+/rclok-"[hd_random_below(random, 24)];
        break;
    }
}

static void
no_damage_by_chance_is_more_than_a_complaint(void **state)
{
    struct hd_random random = {.state = 11};
    char text[4096];
    unsigned refused = 0;
    (void)state;

    for (unsigned i = 0; i < 20000; i++) {
        make_token(text, &random);
        for (uint64_t n = 1 + hd_random_below(&random, 4); n > 0; n--) {
            if (text[0] != '\0') {
                mutate(text, &random);
            }
        }
        refused += !survive(text);
    }

    assert_in_range(refused, 5000, 19999);
}

static void
a_token_cut_anywhere_is_refused_or_still_a_token(void **state)
{
    (void)state;

    for (size_t length = 0; length < strlen(EXAMPLE); length++) {
        char text[sizeof(EXAMPLE)] = EXAMPLE;
        text[length] = '\0';
        survive(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_header_is_read_as_it_says),
        cmocka_unit_test(an_order_names_the_earlier_step_first),
        cmocka_unit_test(a_recipe_names_strategy_seed_and_run),
        cmocka_unit_test(fifo_is_the_empty_schedule),
        cmocka_unit_test(events_and_the_clock_can_be_named),
        cmocka_unit_test(every_kind_of_damage_is_named_with_its_place),
        cmocka_unit_test(damaged_faults_are_named_with_their_place),
        cmocka_unit_test(a_complaint_says_damaged_token_and_counts_from_1),
        cmocka_unit_test(a_name_too_long_is_damage),
        cmocka_unit_test(what_is_read_is_written_the_same),
        cmocka_unit_test(settings_are_told_in_words),
        cmocka_unit_test(faults_are_told_as_the_option_takes_them),
        cmocka_unit_test(the_order_of_faults_does_not_matter),
        cmocka_unit_test(the_print_depends_on_base_name_and_test_only),
        cmocka_unit_test(any_token_is_written_as_it_was_read),
        cmocka_unit_test(no_damage_by_chance_is_more_than_a_complaint),
        cmocka_unit_test(a_token_cut_anywhere_is_refused_or_still_a_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
