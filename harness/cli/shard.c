/*
 * The environment counts only if it was asked for, so that nothing is left out
 * because a program happens to run in somebody's cluster.
 *
 *                K                       from   N
 *   Kubernetes   JOB_COMPLETION_INDEX    0      JOB_COMPLETIONS, which a
 *                                               manifest has to set itself
 *   Slurm        SLURM_ARRAY_TASK_ID     _MIN   SLURM_ARRAY_TASK_COUNT
 *                in steps of _STEP
 *   GitLab       CI_NODE_INDEX           1      CI_NODE_TOTAL
 */
#include "cli/shard.h"

#include "cli/values.h"
#include <stdlib.h>
#include <string.h>

#define SHARDS_MAX 1000000u

/* How one batch system tells them. */
struct source {
    const char *system;
    const char *index, *total;
    const char *first, *step; /* of the indices; NULL: first_default, 1 */
    uint64_t first_default;
};

static const struct source sources[] = {
    {.system = "Kubernetes",
     .index = "JOB_COMPLETION_INDEX",
     .total = "JOB_COMPLETIONS"},
    {.system = "Slurm",
     .index = "SLURM_ARRAY_TASK_ID",
     .total = "SLURM_ARRAY_TASK_COUNT",
     .first = "SLURM_ARRAY_TASK_MIN",
     .step = "SLURM_ARRAY_TASK_STEP"},
    {.system = "GitLab",
     .index = "CI_NODE_INDEX",
     .total = "CI_NODE_TOTAL",
     .first_default = 1},
};
#define SOURCES (sizeof(sources) / sizeof(*sources))

static bool
read_number(const char *text, size_t length, uint64_t *out)
{
    uint64_t number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || number > UINT32_MAX) {
            return false;
        }
        number = number * 10 + (uint64_t)(text[i] - '0');
    }
    *out = number;
    return length > 0;
}

/* shard from 0. */
static int
use(struct hd_settings *settings, uint64_t shard, uint64_t shards)
{
    settings->shard = (uint32_t)shard;
    settings->shards = (uint32_t)shards;
    return -1;
}

/* ---- from the environment ---- */

static const char *
variable(const char *name)
{
    const char *value = name != NULL ? getenv(name) : NULL;
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Its value; absent: otherwise. */
static int
read_variable(const char *name, uint64_t otherwise, uint64_t *out)
{
    const char *value = variable(name);
    *out = otherwise;
    if (value == NULL || read_number(value, strlen(value), out)) {
        return -1;
    }
    return hd_usage_error("--shard=env: %s is '%s', and should be a number",
                          name, value);
}

/* The one source that there is. */
static int
find_source(const struct source **out_source)
{
    *out_source = NULL;
    for (size_t i = 0; i < SOURCES; i++) {
        if (variable(sources[i].index) == NULL) {
            continue;
        }
        if (*out_source != NULL) {
            return hd_usage_error(
                "--shard=env: both %s (%s) and %s (%s) are set; say which "
                "with --shard=K/N",
                (*out_source)->index, (*out_source)->system, sources[i].index,
                sources[i].system);
        }
        *out_source = &sources[i];
    }
    if (*out_source == NULL) {
        return hd_usage_error(
            "--shard=env: none of JOB_COMPLETION_INDEX (Kubernetes),\n"
            "        SLURM_ARRAY_TASK_ID (Slurm), CI_NODE_INDEX (GitLab) is "
            "set");
    }
    return -1;
}

/* total: what followed `env/`, or 0. */
static int
read_environment(struct hd_settings *settings, uint64_t total)
{
    const struct source *source = NULL;
    uint64_t index = 0;
    uint64_t first = 0;
    uint64_t step = 1;
    int status = find_source(&source);
    if (source == NULL || status >= 0 ||
        (status = read_variable(source->index, 0, &index)) >= 0 ||
        (status = read_variable(source->first, source->first_default,
                                &first)) >= 0 ||
        (status = read_variable(source->step, 1, &step)) >= 0 ||
        (total == 0 &&
         (status = read_variable(source->total, 0, &total)) >= 0)) {
        return status;
    }
    if (total == 0) {
        return hd_usage_error("--shard=env: %s is set, and %s is not; say how "
                              "many with --shard=env/N",
                              source->index, source->total);
    }
    if (index < first || step == 0 || (index - first) % step != 0 ||
        (index - first) / step >= total || total > SHARDS_MAX) {
        return hd_usage_error("--shard=env: %s=%llu is none of %llu that begin "
                              "with %llu",
                              source->index, (unsigned long long)index,
                              (unsigned long long)total,
                              (unsigned long long)first);
    }
    return use(settings, (index - first) / step, total);
}

/* ---- as given ---- */

int
hd_shard_read(struct hd_settings *settings, const char *text)
{
    const size_t length = strcspn(text, "/");
    const char *total = text[length] == '/' ? text + length + 1 : NULL;
    const bool from_environment = length == 3 && strncmp(text, "env", 3) == 0;
    uint64_t shard = 0;
    uint64_t shards = 0;
    if (from_environment && total == NULL) {
        return read_environment(settings, 0);
    }
    if (total == NULL || !read_number(total, strlen(total), &shards) ||
        shards == 0 || shards > SHARDS_MAX ||
        (!from_environment && (!read_number(text, length, &shard) ||
                               shard == 0 || shard > shards))) {
        return hd_usage_error("--shard: '%s' should be K/N, the Kth of N (1/4 "
                              "to 4/4), env or env/N",
                              text);
    }
    return from_environment ? read_environment(settings, shards)
                            : use(settings, shard - 1, shards);
}
