/*
 * What the tests of the ready set share: one set and its actors, children of
 * the root.
 */
#ifndef TESTS_BASE_READY_SET_H
#define TESTS_BASE_READY_SET_H

#include "base/arena.h"
#include "base/ready.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define ACTORS 200u
#define RECORDS 4096u

static struct hd_record records[RECORDS];
static struct hd_log events;
static struct hd_arena arena;
static struct hd_ready ready;
static struct hd_actor actors[ACTORS];

static bool
turn(struct hd_ready *self)
{
    return !hd_ready_is_idle(self) && hd_ready_begin_turn(self);
}

/* A fresh set, and actors that are children of the root. */
__attribute__((unused)) static void
begin(void)
{
    events = (struct hd_log){.mask = RECORDS - 1, .records = records};
    hd_arena_reset(&arena);
    hd_ready_init(&ready, &events, &arena, turn);
    memset(actors, 0, sizeof(actors));
    for (uint32_t i = 0; i < ACTORS; i++) {
        hd_actor_born(&ready, &actors[i], &ready.root, HD_ACTOR_TASK);
        actors[i].ready_at = UINT32_MAX;
    }
    hd_log_clear(&events);
}

__attribute__((unused)) static int
set_up(void **state)
{
    (void)state;
    begin();
    return 0;
}

__attribute__((unused)) static int
tear_down(void **state)
{
    (void)state;
    hd_arena_finish(&arena);
    return 0;
}

__attribute__((unused)) static void
post(uint32_t i)
{
    hd_ready_post(&ready, &actors[i], NULL);
}

/* Who is picked, as its index; ACTORS if nobody. */
__attribute__((unused)) static uint32_t
pick(void)
{
    const struct hd_actor *actor = hd_ready_pick(&ready);
    return actor != NULL ? (uint32_t)(actor - actors) : ACTORS;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
