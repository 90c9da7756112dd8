#include "granules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct granules kept;

static void
keep(struct hd_observer *observer, const struct hd_ready *ready, uint32_t actor,
     const struct hd_granule *granules, uint32_t count)
{
    (void)ready;
    assert_ptr_equal(observer, &kept.observer);
    assert_int_equal(kept.calls, kept.steps);
    kept.calls++;
    for (uint32_t i = 0; i < count && kept.count < GRANULES_MAX; i++) {
        kept.actors[kept.count] = actor;
        kept.told[kept.count++] = granules[i];
    }
}

static void
count_step(struct hd_observer *observer, const struct hd_ready *ready,
           uint32_t actor, const struct hd_access *accesses, uint32_t count)
{
    (void)observer;
    (void)ready;
    (void)actor;
    (void)accesses;
    (void)count;
    kept.steps++;
}

struct call {
    hd_fn *fn;
    void *arg;
};

static void
body(void *arg)
{
    const struct call *call = arg;
    assert_int_equal(hd_run(call->fn, call->arg), HD_OK);
}

static void
execute(void (*body_fn)(void *arg), void *arg, struct hd_observer *observer)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.memory = HD_MEMORY_SEEN;
    const struct hd_execution execution = {.body = body_fn,
                                           .arg = arg,
                                           .rules = &rules,
                                           .main_is_root = true,
                                           .observer = observer};
    assert_int_equal(hd_world_execute(sim_world(), &execution), HD_OUTCOME_OK);
}

void
granules_execute(hd_fn *fn, void *arg, struct hd_observer *observer)
{
    struct call call = {.fn = fn, .arg = arg};
    execute(body, &call, observer);
}

const struct granules *
granules_of_body(void (*body_fn)(void *arg), void *arg)
{
    kept =
        (struct granules){.observer = {.touched = keep, .stepped = count_step}};
    execute(body_fn, arg, &kept.observer);
    assert_int_not_equal(kept.count, GRANULES_MAX);
    return &kept;
}

const struct granules *
granules_of(hd_fn *fn, void *arg)
{
    struct call call = {.fn = fn, .arg = arg};
    return granules_of_body(body, &call);
}

static bool
is_at(const struct hd_granule *granule, const volatile void *address)
{
    return granule->address == ((uintptr_t)address & ~UINT64_C(7));
}

const struct hd_granule *
granule_at(const volatile void *address, unsigned n)
{
    for (uint32_t i = 0; i < kept.count; i++) {
        if (is_at(&kept.told[i], address) && n-- == 0) {
            return &kept.told[i];
        }
    }
    fail_msg("nobody touched %p", (void *)(uintptr_t)address);
    return NULL;
}

unsigned
granule_count(const volatile void *address)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < kept.count; i++) {
        count += is_at(&kept.told[i], address);
    }
    return count;
}

struct granule_bytes
granule_bytes(const volatile void *address)
{
    struct granule_bytes bytes = {.is_atomic = true};
    for (uint32_t i = 0; i < kept.count; i++) {
        const struct hd_granule *granule = &kept.told[i];
        const uintptr_t offset = granule->address - (uintptr_t)address;
        if (offset < 64) {
            bytes.reads |= (uint64_t)granule->reads << offset;
            bytes.writes |= (uint64_t)granule->writes << offset;
            bytes.is_atomic &= (granule->flags & HD_GRANULE_ATOMIC) != 0;
        }
    }
    return bytes;
}
