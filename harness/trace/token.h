/*
 * Tokens: a schedule as one printable line that needs no quoting.
 *
 *   hd1:any,exact,suspend:5f3c21:0.1@4=0.3,0.2+0.1~2=3
 *       settings          print   deviations, or the word fifo
 *
 * `0.1@4=0.3,0.2`: when the default is step 4 of 0.1, run 0.3, then 0.2 first.
 * `0.1~2=3`: the second value choice of 0.1 takes 3. `0.3@2-0.1@4`: step 2 of
 * 0.3 happens before step 4 of 0.1. The print is a hash of the names of program
 * and test. A recipe names the run of a random search:
 *
 *   hd1r:any,exact,suspend:5f3c21:random,42,17
 *
 * Where faults were injected their budgets are a fourth setting: `cancel`, or
 * `cancel2-alloc` for two cancellations and one failing allocation.
 */
#ifndef HD_TRACE_TOKEN_H
#define HD_TRACE_TOKEN_H

#include "trace/schedule.h"
#include <stdio.h>

#define HD_TOKEN_ERROR_BYTES 256u

/* The budgets of faults in one execution; 0: none of this kind. */
struct hd_fault_budget {
    uint32_t cancels, allocs;
};
#define HD_FAULTS_MAX 9999u

/* The settings, as numbers of the enums in sim/world.h. */
struct hd_token {
    uint8_t order, clock, points;
    struct hd_fault_budget faults;
    uint32_t print;
    bool is_recipe;
    char strategy[32]; /* of a recipe, with seed and run */
    uint64_t seed, run;
    struct hd_schedule schedule;
};

/* The print of a program (its base name) and a test. */
uint32_t hd_token_print_of(const char *program, const char *test);

/*
 * Write a token; returns malloc'ed text, NULL when out of memory.
 */
char *hd_token_write(const struct hd_token *token);

/*
 * Read a list of faults: kinds, each with separators[0] between them, and,
 * after separators[1] (0: none), how many; one without it. Moves *text past it.
 * False: *out_wrong says what is wrong where *text stands.
 */
bool hd_fault_budget_read(const char **text, const char separators[2],
                          struct hd_fault_budget *out_budget,
                          const char **out_wrong);

/* Enough for all settings in words. */
#define HD_TOKEN_SETTINGS_BYTES 96u

/* "order any, clock exact, points suspend, faults cancel:2". Returns text. */
const char *hd_token_settings(const struct hd_token *token, char *text,
                              size_t bytes);

/*
 * Read one. False: error says what is wrong and where, out_token is empty.
 */
bool hd_token_read(const char *text, struct hd_token *out_token,
                   char error[HD_TOKEN_ERROR_BYTES]);
void hd_token_finish(struct hd_token *token);

#endif
