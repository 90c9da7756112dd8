#include "refusals.h"

#include "../compose/memory.h"
#include "faults.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS_MAX 3
#define NTH_MAX 200

/* One execution of a program. */
struct trial {
    const struct refusals_program *program;
    unsigned rounds;
    size_t held; /* bytes that main took and did not give back */
    struct one_fault fault;
};

static unsigned refused;
static char wrong[256]; /* the first thing that was not as it should be */

/* ---- for the programs ---- */

void
refusals_note(bool holds, const char *fact)
{
    if (!holds && wrong[0] == '\0') {
        snprintf(wrong, sizeof(wrong), "%s", fact);
    }
}

int
answer(int status, int wanted)
{
    if (status == HD_E_NO_MEMORY) {
        refused++;
    } else if (status != wanted) {
        char fact[128];
        snprintf(fact, sizeof(fact), "status %d, not %d", status, wanted);
        refusals_note(false, fact);
    }
    return status;
}

bool
kept(bool is_kept)
{
    refused += !is_kept;
    return is_kept;
}

bool
had(const void *object)
{
    return kept(object != NULL);
}

void
finish_task(struct hd_task *task, int wanted)
{
    if (task != NULL) {
        answer(hd_await(task), wanted);
        hd_task_release(task);
    }
}

/* ---- trials ---- */

static int
main_task(void *arg)
{
    struct trial *trial = arg;
    const size_t held = memory_held();
    for (unsigned round = 0; round < trial->rounds; round++) {
        (void)trial->program->run(NULL);
    }
    trial->held = memory_held() - held;
    return HD_OK;
}

static void
check(const struct trial *trial, bool fails, size_t held_max)
{
    const uint64_t incidents =
        sim_world()->log->seen & ~(UINT64_C(1) << HD_LOG_FAULT);
    char told[128] = "";
    if (wrong[0] != '\0') {
        snprintf(told, sizeof(told), "%.100s", wrong);
    } else if (refused != fails) {
        snprintf(told, sizeof(told), "%u refusals answered", refused);
    } else if (incidents != 0) {
        snprintf(told, sizeof(told), "incidents %llx",
                 (unsigned long long)incidents);
    } else if (trial->held > held_max) {
        snprintf(told, sizeof(told), "%zu bytes held, not %zu", trial->held,
                 held_max);
    }
    if (told[0] != '\0') {
        fail_msg("%s: allocation %u of %u, %u rounds: %s", trial->program->name,
                 (unsigned)trial->fault.nth, (unsigned)trial->fault.chances,
                 trial->rounds, told);
    }
}

/* Returns how many allocations were asked for. */
static uint64_t
try_one(struct trial *trial, uint64_t nth, size_t held_max)
{
    trial->fault =
        (struct one_fault){.kind = HD_VALUE_ALLOC, .nth = nth, .value = 1};
    refused = 0;
    wrong[0] = '\0';
    const enum hd_outcome outcome =
        sim_run_with_fault(main_task, trial, &trial->fault);
    refusals_note(outcome == HD_OUTCOME_OK, "it does not end in order");
    check(trial, nth > 0 && trial->fault.chances >= nth, held_max);
    return trial->fault.chances;
}

void
refusals_try(const struct refusals_program *programs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (unsigned rounds = 1; rounds <= ROUNDS_MAX; rounds += 2) {
            struct trial trial = {.program = &programs[i], .rounds = rounds};
            assert_in_range(try_one(&trial, 0, SIZE_MAX), 1, NTH_MAX);
            const size_t held_max = trial.held;
            uint64_t nth = 0;
            do {
                nth++;
            } while (try_one(&trial, nth, held_max) >= nth);
        }
    }
}
