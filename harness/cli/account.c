#include "cli/account.h"

#include <stdlib.h>
#include <string.h>

/* Below this many executions a chance would be a guess. */
#define LOOKED_AT_MIN 50u

typedef unsigned long long number;

void
hd_account_print_chance(double chance, FILE *out)
{
    const double percent = chance * 100;
    fprintf(out,
            percent >= 10  ? "%.0f %%"
            : percent >= 1 ? "%.1f %%"
                           : "%.2f %%",
            percent);
}

/*
 * What is new to a sampler another may have seen: up to so much. Where nothing
 * was seen once only, less than one in all of them.
 */
static void
print_bound(double chance, uint64_t executions, FILE *out)
{
    const double least = 1 / (double)executions;
    hd_account_print_chance(chance < least ? least : chance, out);
}

void
hd_account_print_short(const struct hd_verdict *verdict, FILE *out)
{
    const struct hd_statistics *statistics = &verdict->statistics;
    const bool some =
        statistics->looked_at + statistics->pruned < verdict->executions;
    if (statistics->looked_at < 2) {
        return;
    }
    if (statistics->distinct == statistics->looked_at) {
        fputs(", ", out);
        if (some) {
            fprintf(out, "%llu looked at, ", (number)statistics->looked_at);
        }
        fputs("all different", out);
    } else {
        fprintf(out, ", %s%llu different", statistics->more ? "more than " : "",
                (number)statistics->distinct);
        if (some) {
            fprintf(out, " among %llu looked at",
                    (number)statistics->looked_at);
        }
    }
    if (statistics->chance >= 0 && statistics->looked_at >= LOOKED_AT_MIN &&
        !verdict->is_assumed) {
        fputs(", chance of a new one up to ", out);
        print_bound(statistics->chance, statistics->looked_at, out);
    }
}

/* ---- in lines ---- */

static void
print_arms(const struct hd_verdict *verdict, FILE *out)
{
    static const char *const clocks[] = {"exact", "jump"};
    const struct hd_statistics *statistics = &verdict->statistics;
    const double seconds = (double)verdict->elapsed_ms / 1000;
    const double rate = seconds > 0 ? (double)verdict->executions / seconds : 0;
    fputs("       ", out);
    for (uint32_t i = 0; i < statistics->arm_count; i++) {
        const struct hd_arm_statistics *arm = &statistics->arms[i];
        fprintf(out, "%s%s (%s) %llu", i > 0 ? ", " : "", arm->strategy,
                clocks[arm->clock], (number)arm->executions);
    }
    fprintf(out, " executions; %llu steps, %llu decisions, %.2f s",
            (number)verdict->steps, (number)verdict->decisions, seconds);
    if (rate > 0) {
        fprintf(out, ", %.0f executions/s", rate);
    }
    fputc('\n', out);
}

static void
print_seen(const struct hd_verdict *verdict, FILE *out)
{
    const struct hd_statistics *statistics = &verdict->statistics;
    const struct hd_pair_count *pairs = &statistics->pairs;
    if (statistics->looked_at == 0) {
        return;
    }
    fprintf(out,
            "       seen: %s%llu different orders of steps that conflict, in "
            "%llu schedules that were looked at\n",
            statistics->more ? "more than " : "", (number)statistics->distinct,
            (number)statistics->looked_at);
    if (pairs->seen > 0) {
        fprintf(out,
                "       places: %s%llu orders of two places in the code that "
                "conflict; of %llu of them never the other\n",
                statistics->pairs_more ? "more than " : "", (number)pairs->seen,
                (number)pairs->never);
    }
}

static void
print_new(const struct hd_statistics *statistics, FILE *out)
{
    const char *before = "       chance that one more schedule of it is new: ";
    for (uint32_t i = 0; i < statistics->arm_count; i++) {
        const struct hd_arm_statistics *arm = &statistics->arms[i];
        if (arm->chance >= 0 && arm->executions >= LOOKED_AT_MIN) {
            fprintf(out, "%s%s ", before, arm->strategy);
            hd_account_print_chance(arm->chance, out);
            before = ", ";
        }
    }
    if (before[0] == ',') {
        fputc('\n', out);
    }
}

static void
print_size(const struct hd_statistics *statistics, FILE *out)
{
    const struct hd_size size = statistics->size;
    if (statistics->walks == 0) {
        return;
    }
    fputs("       there are at least about ", out);
    if (size.tens == 0 && size.digits < 1e6) {
        fprintf(out, "%.0f", size.digits);
    } else {
        double digits = size.digits;
        uint32_t tens = size.tens;
        for (; digits >= 10; digits /= 10) {
            tens++;
        }
        fprintf(out, "%.0f*10^%u", digits, tens);
    }
    fprintf(out, " schedules, by %llu random walk%s\n",
            (number)statistics->walks, statistics->walks == 1 ? "" : "s");
}

/* When will an exhaustive search be done? */
static void
print_rest(const struct hd_verdict *verdict, FILE *out)
{
    const struct hd_statistics *statistics = &verdict->statistics;
    for (uint32_t i = 0; i < statistics->arm_count; i++) {
        const struct hd_arm_statistics *arm = &statistics->arms[i];
        if (!arm->is_exhaustive || arm->ended || arm->executions == 0 ||
            arm->explored <= 0 || arm->explored >= 1) {
            continue;
        }
        const double left =
            (double)arm->executions * (1 - arm->explored) / arm->explored;
        const double ms =
            (double)verdict->elapsed_ms / (double)verdict->executions;
        fprintf(out, "       %s has seen about ", arm->strategy);
        hd_account_print_chance(arm->explored, out);
        fprintf(out,
                " of all; at this rate it would take %.3g more executions, "
                "%.3g s\n",
                left, left * ms / 1000);
    }
}

/* base to the power of a whole number */
static double
power(double base, uint64_t exponent)
{
    double result = 1;
    for (; exponent > 0; exponent >>= 1) {
        result *= exponent & 1 ? base : 1;
        base *= base;
    }
    return result;
}

/*
 * The bound of pct: of n chains and k decisions a run shows a bug of depth d
 * with a chance of 1 in n*k^(d-1) at least. Without ":DEPTH" its runs have the
 * depths 2, 3, 5 and 10 in turn.
 */
static void
print_depths(const struct hd_verdict *verdict,
             const struct hd_arm_statistics *arm, FILE *out)
{
    const struct hd_statistics *statistics = &verdict->statistics;
    const uint64_t asked = strtoull(arm->asked, NULL, 10);
    const uint64_t depths[] = {asked > 0 ? asked : 2, 3};
    const uint64_t runs = asked > 0 ? arm->executions : arm->executions / 4;
    const char *before = "       pct: a bug of depth ";
    if (statistics->actors_max == 0 || statistics->decisions_max == 0 ||
        arm->clock != HD_CLOCK_EXACT || runs == 0) {
        return;
    }
    for (size_t i = 0; i < (asked > 0 ? 1u : 2u); i++) {
        const double chance =
            1 / ((double)statistics->actors_max *
                 power((double)statistics->decisions_max, depths[i] - 1));
        fprintf(out, "%s%llu", before, (number)depths[i]);
        fputs(" would have shown with a chance of at least ", out);
        hd_account_print_chance(1 - power(1 - chance, runs), out);
        before = ", one of depth ";
    }
    fputc('\n', out);
}

static void
print_accounts(const struct hd_verdict *verdict, FILE *out)
{
    const struct hd_statistics *statistics = &verdict->statistics;
    for (uint32_t i = 0; i < statistics->arm_count; i++) {
        const struct hd_arm_statistics *arm = &statistics->arms[i];
        if (arm->text[0] != '\0') {
            fprintf(out, "       %s: %s\n", arm->strategy, arm->text);
        }
        if (strcmp(arm->strategy, "pct") == 0) {
            print_depths(verdict, arm, out);
        }
    }
}

static void
print_limits(const struct hd_statistics *statistics, FILE *out)
{
    const struct {
        uint64_t count;
        const char *text;
    } rows[] = {
        {statistics->pruned, "were given up: they could show nothing new"},
        {statistics->limited, "reached a limit of steps or turns"},
        {statistics->out_of_jumps, "had all the jumps of the clock they may"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        if (rows[i].count > 0) {
            fprintf(out, "       %llu executions %s\n", (number)rows[i].count,
                    rows[i].text);
        }
    }
}

void
hd_account_print(const struct hd_verdict *verdict, FILE *out)
{
    print_arms(verdict, out);
    print_seen(verdict, out);
    print_new(&verdict->statistics, out);
    print_size(&verdict->statistics, out);
    print_rest(verdict, out);
    print_accounts(verdict, out);
    print_limits(&verdict->statistics, out);
}
