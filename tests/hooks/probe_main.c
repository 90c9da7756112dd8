/*
 * Runs the probes, one step each, and prints what an observer was told of the
 * memory that they access: "name: reads 0-3 writes 4-7 atomic". Not
 * instrumented.
 *
 *   probe_main       what is seen of each probe
 *   probe_main -e F  what is expected of front F
 */
#include "probe.h"

#include "sim/world.h"
#include <heddle/heddle.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES 64u

void probe_bits(void *at);

static struct {
    struct hd_observer observer;
    uint64_t reads, writes;
    bool is_atomic;
} seen;

static char memory[256] __attribute__((aligned(64)));

static void
see(struct hd_observer *observer, const struct hd_ready *ready, uint32_t actor,
    const struct hd_granule *granules, uint32_t count)
{
    (void)observer;
    (void)ready;
    (void)actor;
    for (uint32_t i = 0; i < count; i++) {
        const uintptr_t offset = granules[i].address - (uintptr_t)memory;
        if (offset < BYTES) {
            seen.reads |= (uint64_t)granules[i].reads << offset;
            seen.writes |= (uint64_t)granules[i].writes << offset;
            seen.is_atomic &= (granules[i].flags & HD_GRANULE_ATOMIC) != 0;
        }
    }
}

/* "0-3,8-11" */
static void
print_bytes(const char *what, uint64_t bits)
{
    const char *before = what;
    for (unsigned i = 0; i < BYTES; i++) {
        unsigned end = i;
        while (end < BYTES && (bits >> end & 1)) {
            end++;
        }
        if (end > i) {
            printf("%s%u-%u", before, i, end - 1);
            before = ",";
            i = end;
        }
    }
}

static int
probe_memory(void *arg)
{
    const struct probe *probe = arg;
    probe->fn(memory);
    return HD_OK;
}

static void
body(void *arg)
{
    if (hd_run(probe_memory, arg) != HD_OK) {
        abort();
    }
}

static void
run(struct hd_world *world, const struct probe *probe)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.memory = HD_MEMORY_SEEN;
    for (unsigned i = 0; i < sizeof(memory); i++) {
        memory[i] = (char)(i < 7 ? 'a' + i : i == 7 ? 0 : 2);
    }
    seen.observer = (struct hd_observer){.touched = see};
    seen.reads = seen.writes = 0;
    seen.is_atomic = true;
    for (unsigned i = 0; i < 4; i++) {
        memory[32 + i] = memory[i]; /* what a comparison finds to be equal */
    }
    hd_world_execute(world,
                     &(struct hd_execution){.body = body,
                                            .arg = (void *)(uintptr_t)probe,
                                            .rules = &rules,
                                            .main_is_root = true,
                                            .observer = &seen.observer});
    printf("%s:", probe->name);
    print_bytes(" reads ", seen.reads);
    print_bytes(" writes ", seen.writes);
    printf("%s\n",
           (seen.reads | seen.writes) && seen.is_atomic ? " atomic" : "");
}

static void
expect(const struct probe *probe, char front)
{
    if (strchr(probe->fronts, front) != NULL) {
        printf("%s:%s%s%s%s%s\n", probe->name,
               probe->reads[0] != '\0' ? " reads " : "", probe->reads,
               probe->writes[0] != '\0' ? " writes " : "", probe->writes,
               probe->is_atomic ? " atomic" : "");
    }
}

int
main(int argc, char **argv)
{
    static struct hd_world world;
    static struct hd_log events;
    const struct probe bits = {.name = "set_bits", .fn = probe_bits};
    events.records = calloc(1u << 12, sizeof(*events.records));
    events.mask = (1u << 12) - 1;
    if (!hd_world_init(&world, &events)) {
        return 2;
    }
    for (unsigned i = 0; i < probe_count; i++) {
        if (argc > 2) {
            expect(&probes[i], argv[2][0]);
        } else {
            run(&world, &probes[i]);
        }
    }
    if (argc == 1) {
        run(&world, &bits);
    }
    return 0;
}
