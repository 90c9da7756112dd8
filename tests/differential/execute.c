/*
 * How each program of a suite gets its world: a fresh execution of the
 * simulation under fifo.
 *
 * usage: interpret [--mutate=K] [--host=libuv] [FILE]
 *
 * FILE is standard input by default.
 *
 * --host=libuv runs the loop on the libuv host over the simulated libuv,
 * instead of on the world's own host: the same events must come of it.
 *
 * --mutate=K swaps two neighbours of the ready FIFO once in every program, at
 * its K-th choice. It proves that the comparison with CPython sees a single
 * wake-up out of order.
 */
#include "interpret.h"

#include "base/log.h"
#include "sim/world.h"
#include "task/loop.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LOG_RECORDS = 1 << 16
};

struct settings {
    unsigned long swapped_choice; /* 0 for none */
    bool on_libuv;
};

/*
 * The mutation: fifo, but for one choice.
 */

struct swap {
    unsigned long choices_left;
};

/* The actor behind another in the FIFO; NULL if its turn ends there. */
static struct hd_actor *
neighbour(const struct hd_view *view, const struct hd_actor *actor)
{
    struct hd_actor *next = actor->fifo_next;
    const bool is_ready = next->ready_at < view->ready_count &&
                          view->ready[next->ready_at] == next;
    return is_ready ? next : NULL;
}

static struct hd_actor *
swap_pick(void *self, const struct hd_view *view)
{
    struct swap *swap = self;
    struct hd_actor *next = neighbour(view, view->first);
    if (next == NULL || swap->choices_left == 0) {
        return view->first;
    }
    swap->choices_left--;
    return swap->choices_left == 0 ? next : view->first;
}

static const struct hd_strategy swap_strategy = {
    .name = "swap",
    .summary = "fifo, but two neighbours swapped once",
    .abi = HD_STRATEGY_ABI,
    .bytes = sizeof(struct swap),
    .pick = swap_pick,
};

/*
 * One program.
 */

/* hd_run, on a loop of the other host. */
static int
run_on_libuv(void)
{
    struct hd_loop *loop = hd_host_libuv()->attach(0);
    const int status = hd_loop_run_main(loop, main_run, NULL, 0);
    hd_loop_destroy(loop);
    return status;
}

static void
body_run(void *arg)
{
    const struct settings *settings = arg;
    const int status =
        settings->on_libuv ? run_on_libuv() : hd_run(main_run, NULL);

    struct answer answer = {.length = 0};
    answer_add_status(&answer, status, state.frames[0].value);
    objects_finish();
    if (state.event_total <= EVENTS_MAX) {
        printf("end %s\n", answer.text);
    }
}

/* Frames stand in order of birth. */
static void
unfinished_print(void)
{
    printf("deadlock\n");
    for (size_t i = 0; i < state.frame_count; i++) {
        const struct frame *frame = &state.frames[i];
        if (frame->started && !frame->ended) {
            printf("unfinished %s\n", frame->name);
        }
    }
}

static void
program_execute(struct hd_world *world, struct settings *settings)
{
    struct swap swap = {.choices_left = settings->swapped_choice};
    /* CPython's clock stands still however long somebody only yields. */
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.yield_turns_max = UINT64_MAX;
    const struct hd_execution execution = {
        .body = body_run,
        .arg = settings,
        .rules = &rules,
        .strategy = settings->swapped_choice > 0 ? &swap_strategy : NULL,
        .strategy_self = &swap,
        .main_is_root = true,
    };
    printf("program %s\n", state.program.name);

    const enum hd_outcome outcome = hd_world_execute(world, &execution);

    if (state.event_total > EVENTS_MAX) {
        printf("bounded\n");
    } else if (outcome == HD_OUTCOME_DEADLOCK) {
        unfinished_print();
    } else if (outcome != HD_OUTCOME_OK) {
        printf("bounded\n");
    }
}

/*
 * A suite.
 */

static void
suite_execute(char *text, struct settings *settings)
{
    struct hd_log log = {
        .mask = LOG_RECORDS - 1,
        .records = calloc(LOG_RECORDS, sizeof(struct hd_record)),
    };
    struct hd_world world;
    if (log.records == NULL || !hd_world_init(&world, &log)) {
        fputs("interpret: out of memory\n", stderr);
        exit(2);
    }
    while (program_read(&state.program, &text)) {
        program_execute(&world, settings);
        memset(&state, 0, sizeof state);
    }
    hd_world_finish(&world);
    free(log.records);
}

int
main(int argc, char **argv)
{
    struct settings settings = {.on_libuv = false};
    const char *name = NULL;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--mutate=", 9) == 0) {
            settings.swapped_choice = strtoul(argv[i] + 9, NULL, 10);
        } else if (strcmp(argv[i], "--host=libuv") == 0) {
            settings.on_libuv = true;
        } else {
            name = argv[i];
        }
    }
    char *const text = suite_read(name);
    /* What was printed before a crash should be there. */
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    suite_execute(text, &settings);
    free(text);
    return 0;
}
