/* What tasks do to plain variables. */
#include "coroutines.h"

static int x, y, z, a, b, c, d, v, w, out;
static int array[TASKS_MAX];

static int
write_one(void *arg)
{
    (void)arg;
    x = 1;
    return 0;
}

static int
read_one(void *arg)
{
    (void)arg;
    see(x);
    return 0;
}

PROGRAM(readers_2, spawn(&cast, write_one, 0); spawn_all(&cast, read_one, 2);)
PROGRAM(readers_3, spawn(&cast, write_one, 0); spawn_all(&cast, read_one, 3);)
PROGRAM(readers_6, spawn(&cast, write_one, 0); spawn_all(&cast, read_one, 6);)

static int
find_last_zero(void *arg)
{
    for (int i = number_of(arg); i > 0 && see(array[i]) != 0; i--) {
        if (i > 1) {
            BETWEEN;
        }
    }
    return 0;
}

static int
copy_and_add(void *arg)
{
    const int j = number_of(arg);
    const int seen = array[j - 1];
    BETWEEN;
    array[j] = seen + 1;
    return 0;
}

PROGRAM(lastzero_2, spawn(&cast, find_last_zero, 2);
        spawn_all(&cast, copy_and_add, 2);)
PROGRAM(lastzero_3, spawn(&cast, find_last_zero, 3);
        spawn_all(&cast, copy_and_add, 3);)
PROGRAM(lastzero_5, spawn(&cast, find_last_zero, 5);
        spawn_all(&cast, copy_and_add, 5);)

static int
write_number(void *arg)
{
    x = number_of(arg);
    return 0;
}

PROGRAM(n_writers_3, spawn_all(&cast, write_number, 3);)
PROGRAM(n_writers_4, spawn_all(&cast, write_number, 4);)

static int
write_x_read_y(void *arg)
{
    (void)arg;
    x = 1;
    BETWEEN;
    see(y);
    return 0;
}

static int
write_y_read_x(void *arg)
{
    (void)arg;
    y = 1;
    BETWEEN;
    see(x);
    return 0;
}

static int
write_x_write_y(void *arg)
{
    (void)arg;
    x = 1;
    BETWEEN;
    y = 1;
    return 0;
}

static int
read_y_read_x(void *arg)
{
    (void)arg;
    see(y);
    BETWEEN;
    see(x);
    return 0;
}

PROGRAM(SB, spawn(&cast, write_x_read_y, 1); spawn(&cast, write_y_read_x, 2);)
PROGRAM(MP, spawn(&cast, write_x_write_y, 1); spawn(&cast, read_y_read_x, 2);)

static int
add_in_two_steps(void *arg)
{
    (void)arg;
    const int seen = x;
    BETWEEN;
    x = seen + 1;
    return 0;
}

static int
add_after_a_wait(void *arg)
{
    (void)arg;
    const int seen = x;
    BETWEEN;
    BETWEEN;
    x = seen + 1;
    return 0;
}

static int
add_at_once(void *arg)
{
    (void)arg;
    x++;
    return 0;
}

PROGRAM(inc_2, spawn_all(&cast, add_in_two_steps, 2);)
PROGRAM(inc_3, spawn_all(&cast, add_in_two_steps, 3);)
PROGRAM(await_lost_update_2, spawn_all(&cast, add_after_a_wait, 2);)
PROGRAM(ainc_2, spawn_all(&cast, add_at_once, 2);)
PROGRAM(ainc_3, spawn_all(&cast, add_at_once, 3);)

static int
set_if_unset(void *arg)
{
    if (x == 0) {
        x = number_of(arg);
    }
    return 0;
}

static int
set_after_the_one_before(void *arg)
{
    if (x == number_of(arg) - 1) {
        x = number_of(arg);
    }
    return 0;
}

PROGRAM(cas_2, spawn_all(&cast, set_if_unset, 2);)
PROGRAM(cas_3, spawn_all(&cast, set_if_unset, 3);)
PROGRAM(casrot_3, spawn_all(&cast, set_after_the_one_before, 3);)
PROGRAM(casrot_4, spawn_all(&cast, set_after_the_one_before, 4);)

static int
write_y(void *arg)
{
    (void)arg;
    y = 1;
    return 0;
}

static int
write_z_unless_y(void *arg)
{
    (void)arg;
    if (y == 0) {
        BETWEEN;
        z = 1;
    }
    return 0;
}

static int
write_x_if_z(void *arg)
{
    (void)arg;
    if (z == 1) {
        BETWEEN;
        if (y == 0) {
            BETWEEN;
            x = 2;
        }
    }
    return 0;
}

PROGRAM(popl_optimal_example, spawn(&cast, write_one, 0);
        spawn(&cast, write_y, 0); spawn(&cast, write_z_unless_y, 0);
        spawn(&cast, write_x_if_z, 0);)

static int
combination_z(void *arg)
{
    (void)arg;
    z = 1;
    return 0;
}

static int
combination_x(void *arg)
{
    (void)arg;
    x = 1;
    BETWEEN;
    a = 1;
    BETWEEN;
    if (y == 1) {
        BETWEEN;
        w = 1;
        BETWEEN;
        b = 0;
    }
    return 0;
}

static int
combination_y(void *arg)
{
    (void)arg;
    if (x == 1) {
        BETWEEN;
        y = 1;
        BETWEEN;
        c = 0;
        BETWEEN;
        if (v == 1) {
            BETWEEN;
            see(z);
        }
    }
    return 0;
}

static int
combination_v(void *arg)
{
    (void)arg;
    if (w == 1) {
        BETWEEN;
        v = 1;
        BETWEEN;
        d = 0;
    }
    return 0;
}

PROGRAM(combination_lock_1, spawn(&cast, combination_z, 0);
        spawn(&cast, combination_x, 0); spawn(&cast, combination_y, 0);
        spawn(&cast, combination_v, 0);)

static int
read_y_if_x(void *arg)
{
    (void)arg;
    if (x == 1) {
        BETWEEN;
        see(y);
    }
    return 0;
}

PROGRAM(sleeping_races_1, spawn(&cast, write_y, 0); spawn(&cast, write_one, 0);
        spawn(&cast, read_y_if_x, 0);)

static int
write_element(void *arg)
{
    array[number_of(arg)] = 7;
    return 0;
}

static int
count_up(void *arg)
{
    for (int k = 1; k <= number_of(arg); k++) {
        if (k > 1) {
            BETWEEN;
        }
        c = k;
    }
    return 0;
}

static int
read_element(void *arg)
{
    (void)arg;
    const int k = c;
    if (k > 0) {
        BETWEEN;
        see(array[k]);
    }
    return 0;
}

PROGRAM(ssb_chain_3, spawn_all(&cast, write_element, 3);
        spawn(&cast, count_up, 3); spawn(&cast, read_element, 0);)
PROGRAM(ssb_chain_4, spawn_all(&cast, write_element, 4);
        spawn(&cast, count_up, 4); spawn(&cast, read_element, 0);)

static int
write_both(void *arg)
{
    (void)arg;
    a = 1;
    BETWEEN;
    b = -1;
    return 0;
}

static int
read_both(void *arg)
{
    (void)arg;
    see(a);
    BETWEEN;
    see(b);
    return 0;
}

PROGRAM(reorder_simple_2, spawn_all(&cast, write_both, 2);
        spawn(&cast, read_both, 0);)

static int
settle(void *arg)
{
    (void)arg;
    if (x == 0) {
        BETWEEN;
        x = 1;
        BETWEEN;
        out++;
    }
    return 0;
}

PROGRAM(timer_vs_done, spawn_all(&cast, settle, 2);)

static int
use_unless_cancelled(void *arg)
{
    (void)arg;
    if (c == 0) {
        BETWEEN;
        see(x);
        BETWEEN;
        out++;
    }
    return 0;
}

static int
cancel_and_free(void *arg)
{
    (void)arg;
    c = 1;
    BETWEEN;
    x = 0;
    return 0;
}

PROGRAM(cancel_race, spawn(&cast, use_unless_cancelled, 0);
        spawn(&cast, cancel_and_free, 0);)

static int
transfer_there(void *arg)
{
    (void)arg;
    const int p = a;
    BETWEEN;
    const int q = b;
    BETWEEN;
    a = p - 1;
    BETWEEN;
    b = q + 1;
    return 0;
}

static int
transfer_back(void *arg)
{
    (void)arg;
    const int q = b;
    BETWEEN;
    const int p = a;
    BETWEEN;
    b = q - 1;
    BETWEEN;
    a = p + 1;
    return 0;
}

PROGRAM(abba_async, spawn(&cast, transfer_there, 0);
        spawn(&cast, transfer_back, 0);)

static int
stop_driver(void *arg)
{
    (void)arg;
    a = 1;
    BETWEEN;
    const bool last = --b == -1;
    if (last) {
        BETWEEN;
        c = 1;
    }
    BETWEEN;
    if (c != 0) {
        BETWEEN;
        d = 1;
    }
    return 0;
}

static int
use_driver(void *arg)
{
    (void)arg;
    const bool stops = a != 0;
    if (!stops) {
        BETWEEN;
        b++;
        BETWEEN;
        see(d);
    }
    BETWEEN;
    const bool last = --b == -1;
    if (last) {
        BETWEEN;
        c = 1;
    }
    return 0;
}

/* Pending requests are counted from 1; b is one less. */
PROGRAM(bluetooth, spawn(&cast, stop_driver, 0); spawn(&cast, use_driver, 0);)
