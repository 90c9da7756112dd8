#include "trace/token.h"

#include "base/random.h"
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const order_words[] = {"any", "loop", NULL};
static const char *const clock_words[] = {"exact", "jump", NULL};
static const char *const points_words[] = {"suspend", "await", NULL};
static const char *const fault_words[] = {"cancel", "alloc"};
#define FAULTS 2u

uint32_t
hd_token_print_of(const char *program, const char *test)
{
    const char *slash = strrchr(program, '/');
    const char *name = slash != NULL ? slash + 1 : program;
    uint64_t hash = 0;
    for (; *name != '\0'; name++) {
        hash = hd_mix(hash ^ (uint8_t)*name);
    }
    for (hash = hd_mix(hash ^ 256); *test != '\0'; test++) {
        hash = hd_mix(hash ^ (uint8_t)*test);
    }
    return (uint32_t)(hash & 0xffffff);
}

/* ---- faults ---- */

static uint32_t *
budget_of(struct hd_fault_budget *budget, size_t kind)
{
    return kind == 0 ? &budget->cancels : &budget->allocs;
}

/* The kind that stands at text, or FAULTS. */
static size_t
fault_at(const char *text)
{
    size_t kind = 0;
    while (kind < FAULTS &&
           strncmp(text, fault_words[kind], strlen(fault_words[kind])) != 0) {
        kind++;
    }
    return kind;
}

static const char *
read_fault(const char **text, char before_number,
           struct hd_fault_budget *budget)
{
    const size_t kind = fault_at(*text);
    if (kind == FAULTS) {
        return "no such fault (cancel or alloc)";
    }
    uint32_t *count = budget_of(budget, kind);
    if (*count > 0) {
        return "this fault stands here twice";
    }
    *text += strlen(fault_words[kind]);
    *count = 1;
    if (before_number != 0 && **text == before_number) {
        (*text)++;
    } else if (before_number != 0 || **text < '0' || **text > '9') {
        return NULL;
    }
    uint64_t number = 0;
    const char *digit = *text;
    while (*digit >= '0' && *digit <= '9' && number <= HD_FAULTS_MAX) {
        number = number * 10 + (uint64_t)(*digit++ - '0');
    }
    if (number == 0 || number > HD_FAULTS_MAX) {
        return "how many faults is a number from 1 to 9999";
    }
    *text = digit;
    *count = (uint32_t)number;
    return NULL;
}

bool
hd_fault_budget_read(const char **text, const char separators[2],
                     struct hd_fault_budget *out_budget, const char **out_wrong)
{
    struct hd_fault_budget budget = {0};
    for (;;) {
        *out_wrong = read_fault(text, separators[1], &budget);
        if (*out_wrong != NULL) {
            return false;
        }
        if (**text != separators[0]) {
            *out_budget = budget;
            return true;
        }
        (*text)++;
    }
}

/* Each kind with its number, if that is not 1. */
static void
write_faults(FILE *out, struct hd_fault_budget budget, const char *first,
             const char *between, const char *before_number)
{
    const char *before = first;
    for (size_t kind = 0; kind < FAULTS; kind++) {
        const uint32_t count = *budget_of(&budget, kind);
        if (count > 0) {
            fprintf(out, "%s%s", before, fault_words[kind]);
            before = between;
        }
        if (count > 1) {
            fprintf(out, "%s%u", before_number, count);
        }
    }
}

/* ---- writing ---- */

static bool
same_key(const struct hd_deviation *a, const struct hd_deviation *b)
{
    return !a->is_value && !b->is_value && !a->is_order && !b->is_order &&
           a->at == b->at && a->step == b->step;
}

static void
write_schedule(FILE *out, const struct hd_schedule *schedule)
{
    if (schedule->count == 0) {
        fputs("fifo", out);
    }
    for (size_t i = 0; i < schedule->count; i++) {
        const struct hd_deviation *item = &schedule->items[i];
        const char *plus = i > 0 ? "+" : "";
        if (item->is_order) {
            fprintf(out, "%s%s@%u-%s@%u", plus, item->take_name,
                    item->take_step, item->at_name, item->step);
        } else if (item->is_value) {
            fprintf(out, "%s%s~%u=%llu", plus, item->at_name, item->step,
                    (unsigned long long)item->value);
        } else if (i > 0 && same_key(item, item - 1)) {
            fprintf(out, ",%s", item->take_name);
        } else {
            fprintf(out, "%s%s@%u=%s", plus, item->at_name, item->step,
                    item->take_name);
        }
    }
}

char *
hd_token_write(const struct hd_token *token)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL) {
        return NULL;
    }
    fprintf(out, "hd1%s:%s,%s,%s", token->is_recipe ? "r" : "",
            order_words[token->order], clock_words[token->clock],
            points_words[token->points]);
    write_faults(out, token->faults, ",", "-", "");
    fprintf(out, ":%06x:", token->print);
    if (token->is_recipe) {
        fprintf(out, "%s,%llu,%llu", token->strategy,
                (unsigned long long)token->seed,
                (unsigned long long)token->run);
    } else {
        write_schedule(out, &token->schedule);
    }
    return fclose(out) == 0 ? text : NULL;
}

const char *
hd_token_settings(const struct hd_token *token, char *text, size_t bytes)
{
    FILE *out = fmemopen(text, bytes, "w");
    if (out == NULL) {
        text[0] = '\0';
        return text;
    }
    fprintf(out, "order %s, clock %s, points %s", order_words[token->order],
            clock_words[token->clock], points_words[token->points]);
    write_faults(out, token->faults, ", faults ", ", ", ":");
    fclose(out);
    return text;
}

/* ---- reading ---- */

struct reader {
    const char *start, *at;
    char *error;
};

static bool complain(struct reader *reader, const char *format, ...)
    HD_PRINTF(2, 3);

static bool
complain(struct reader *reader, const char *format, ...)
{
    const int used = snprintf(
        reader->error, HD_TOKEN_ERROR_BYTES,
        "damaged token, at character %td: ", reader->at - reader->start + 1);
    va_list args;
    va_start(args, format);
    vsnprintf(reader->error + used, HD_TOKEN_ERROR_BYTES - (size_t)used, format,
              args);
    va_end(args);
    return false;
}

static bool
expect(struct reader *reader, char wanted)
{
    if (*reader->at != wanted) {
        return *reader->at == '\0'
                   ? complain(reader, "it ends where '%c' should stand", wanted)
                   : complain(reader, "'%c' should stand here, not '%c'",
                              wanted, *reader->at);
    }
    reader->at++;
    return true;
}

static bool
read_word(struct reader *reader, const char *const *words, const char *what,
          uint8_t *out)
{
    for (uint8_t i = 0; words[i] != NULL; i++) {
        const size_t length = strlen(words[i]);
        if (strncmp(reader->at, words[i], length) == 0) {
            reader->at += length;
            *out = i;
            return true;
        }
    }
    return complain(reader, "no such %s (%s or %s)", what, words[0], words[1]);
}

static bool
read_number(struct reader *reader, const char *what, uint64_t *out)
{
    if (*reader->at < '0' || *reader->at > '9') {
        return complain(reader, "a number (%s) should stand here", what);
    }
    char *end;
    errno = 0;
    const unsigned long long number = strtoull(reader->at, &end, 10);
    if (errno != 0) {
        return complain(reader, "the %s is too large", what);
    }
    *out = number;
    reader->at = end;
    return true;
}

static bool
read_path(struct reader *reader, char name[HD_PATH_BYTES], uint64_t *out)
{
    const size_t length = strspn(reader->at, "0123456789."
                                             "abcdefghijklmnopqrstuvwxyz/");
    if (length == 0 || length >= HD_PATH_BYTES ||
        !hd_path_parse(reader->at, length, out)) {
        return complain(reader, "an actor's name (like 0.2) should stand "
                                "here");
    }
    memcpy(name, reader->at, length);
    name[length] = '\0';
    reader->at += length;
    return true;
}

static bool
read_step(struct reader *reader, uint32_t *out)
{
    uint64_t step = 0;
    if (!read_number(reader, "step", &step)) {
        return false;
    }
    if (step == 0 || step > UINT32_MAX) {
        return complain(reader, "steps count from 1");
    }
    *out = (uint32_t)step;
    return true;
}

/* The rest of `0.3@2-0.1@4`: what has been read is the earlier step. */
static bool
read_order(struct reader *reader, struct hd_deviation *item,
           struct hd_schedule *schedule)
{
    item->is_order = true;
    item->take = item->at;
    item->take_step = item->step;
    memcpy(item->take_name, item->at_name, sizeof(item->take_name));
    if (!expect(reader, '-') || !read_path(reader, item->at_name, &item->at) ||
        !expect(reader, '@') || !read_step(reader, &item->step)) {
        return false;
    }
    if (item->take == item->at) {
        return complain(reader, "nobody can run before itself");
    }
    return hd_schedule_add(schedule, item);
}

/* The rest of `0.1@4=0.3,0.2`. */
static bool
read_switches(struct reader *reader, struct hd_deviation item,
              struct hd_schedule *schedule)
{
    for (;;) {
        if (!read_path(reader, item.take_name, &item.take)) {
            return false;
        }
        if (item.take == item.at) {
            return complain(reader, "nobody can run before itself");
        }
        if (!hd_schedule_add(schedule, &item)) {
            return false;
        }
        if (*reader->at != ',') {
            return true;
        }
        reader->at++;
    }
}

/* One entry: `0.1@4=0.3,0.2`, `0.1~2=3` or `0.3@2-0.1@4`. */
static bool
read_entry(struct reader *reader, struct hd_schedule *schedule)
{
    struct hd_deviation item = {0};
    if (!read_path(reader, item.at_name, &item.at)) {
        return false;
    }
    item.is_value = *reader->at == '~';
    if (!expect(reader, item.is_value ? '~' : '@') ||
        !read_step(reader, &item.step)) {
        return false;
    }
    if (!item.is_value && *reader->at == '-') {
        return read_order(reader, &item, schedule);
    }
    if (!expect(reader, '=')) {
        return false;
    }
    if (item.is_value) {
        return read_number(reader, "value", &item.value) &&
               hd_schedule_add(schedule, &item);
    }
    return read_switches(reader, item, schedule);
}

static bool
read_schedule(struct reader *reader, struct hd_schedule *schedule)
{
    if (strcmp(reader->at, "fifo") == 0) {
        return true;
    }
    if (*reader->at < '0' || *reader->at > '9') {
        if (strncmp(reader->at, "clock", 5) != 0) {
            return complain(reader, "the word fifo or an actor's name (like "
                                    "0.2) should stand here");
        }
    }
    for (;;) {
        if (!read_entry(reader, schedule)) {
            return false;
        }
        if (*reader->at == '\0') {
            return true;
        }
        if (!expect(reader, '+')) {
            return false;
        }
    }
}

static bool
read_recipe(struct reader *reader, struct hd_token *token)
{
    const size_t length = strcspn(reader->at, ",");
    if (length == 0 || length >= sizeof(token->strategy)) {
        return complain(reader, "a strategy's name should stand here");
    }
    memcpy(token->strategy, reader->at, length);
    reader->at += length;
    if (!expect(reader, ',') || !read_number(reader, "seed", &token->seed) ||
        !expect(reader, ',') || !read_number(reader, "run", &token->run)) {
        return false;
    }
    return *reader->at == '\0' ||
           complain(reader, "something stands after the end");
}

/* The fourth setting, if there is one. */
static bool
read_faults(struct reader *reader, struct hd_token *token)
{
    const char *wrong;
    if (*reader->at != ',') {
        return true;
    }
    reader->at++;
    return hd_fault_budget_read(&reader->at, "-", &token->faults, &wrong) ||
           complain(reader, "%s", wrong);
}

static bool
read_print(struct reader *reader, uint32_t *out)
{
    const size_t length = strspn(reader->at, "0123456789abcdef");
    if (length != 6) {
        return complain(reader, "six hexadecimal digits should stand here");
    }
    *out = (uint32_t)strtoul(reader->at, NULL, 16);
    reader->at += length;
    return true;
}

static bool
read_head(struct reader *reader, struct hd_token *token)
{
    if (strncmp(reader->at, "hd", 2) != 0) {
        return complain(reader, "a token begins with hd1");
    }
    reader->at += 2;
    if (*reader->at != '1') {
        return complain(reader,
                        "version '%c' is unknown, this Heddle reads "
                        "version 1",
                        *reader->at != '\0' ? *reader->at : ' ');
    }
    reader->at++;
    token->is_recipe = *reader->at == 'r';
    reader->at += token->is_recipe;
    return expect(reader, ':') &&
           read_word(reader, order_words, "order", &token->order) &&
           expect(reader, ',') &&
           read_word(reader, clock_words, "clock", &token->clock) &&
           expect(reader, ',') &&
           read_word(reader, points_words, "points", &token->points) &&
           read_faults(reader, token) && expect(reader, ':') &&
           read_print(reader, &token->print) && expect(reader, ':');
}

bool
hd_token_read(const char *text, struct hd_token *out_token,
              char error[HD_TOKEN_ERROR_BYTES])
{
    struct reader reader = {.start = text, .at = text, .error = error};
    struct hd_token token = {0};
    const bool right =
        read_head(&reader, &token) &&
        (token.is_recipe ? read_recipe(&reader, &token)
                         : read_schedule(&reader, &token.schedule));
    if (!right) {
        hd_token_finish(&token);
        *out_token = (struct hd_token){0};
        return false;
    }
    *out_token = token;
    return true;
}

void
hd_token_finish(struct hd_token *token)
{
    hd_schedule_finish(&token->schedule);
}
