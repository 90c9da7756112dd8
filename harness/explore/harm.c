/*
 * From what is harmed back to who wrote it, to what that task had accessed
 * before, and to who came in between: cycles of two tasks, over one variable or
 * two. A counter that is only ever raised or lowered by one says how often
 * something happened, and differs from order to order in right programs, too
 * (waits, retries); it is harm only where a task goes on from a check that is
 * out of date, and changes what it had checked.
 */
#include "explore/harm.h"

#include "base/assert.h"
#include "explore/where.h"

#define WORK_MAX 200000u /* accesses looked at per harm */
#define CULPRITS_MAX 4u

/* ---- what is harmed ---- */

static bool
is_shared(const struct hd_spot *spot)
{
    return !(spot->name & HD_OBJECT_NEW) &&
           (spot->several || !(spot->flags & HD_GRANULE_STACK));
}

void
hd_harm_finals(const struct hd_spots *spots, struct hd_finals *out)
{
    uint32_t from = 0;
    out->count = 0;
    out->full = false;
    for (const struct hd_spot *spot = hd_spots_next(spots, &from); spot != NULL;
         spot = hd_spots_next(spots, &from)) {
        for (uint8_t half = 0; half < 2 && is_shared(spot); half++) {
            const struct hd_final final =
                hd_final_of(spot->name, spot->value, half, spot->known);
            if (out->count == HD_FINALS_MAX) {
                out->full = true;
            } else if (final.mask != 0) {
                out->items[out->count++] = final;
            }
        }
    }
}

bool
hd_harm_find(const struct hd_spots *spots, const struct hd_serials *serials,
             struct hd_harm *out)
{
    uint32_t from = 0;
    *out = (struct hd_harm){.spot = NULL};
    if (serials == NULL) {
        return false;
    }
    for (const struct hd_spot *spot = hd_spots_next(spots, &from); spot != NULL;
         spot = hd_spots_next(spots, &from)) {
        for (uint8_t half = 0; half < 2 && is_shared(spot); half++) {
            const struct hd_final final =
                hd_final_of(spot->name, spot->value, half, spot->known);
            const struct hd_serial_final *serial =
                final.mask != 0 ? hd_serials_deny(serials, &final) : NULL;
            if (serial != NULL &&
                (out->spot == NULL || spot->number < out->spot->number)) {
                *out = (struct hd_harm){
                    .spot = spot,
                    .serial = serial,
                    .final = final,
                    .mask = (uint8_t)(final.mask << half * HD_PIECE_BYTES)};
            }
        }
    }
    return out->spot != NULL;
}

void
hd_harm_tell(const struct hd_harm *harm, struct hd_race *race)
{
    const unsigned shift = (unsigned)__builtin_ctz(harm->final.mask) * 8;
    race->has_harm = true;
    race->harmed = hd_where_is(harm->spot, harm->mask);
    race->ends_as = harm->final.value >> shift;
    race->serial_count = 0;
    for (uint32_t i = 0; i < harm->serial->count; i++) {
        if (i < HD_RACE_SERIALS) {
            race->serial[i] = harm->serial->values[i] >> shift;
        }
        race->serial_count++;
    }
}

/* ---- the search ---- */

/* culprit: an access that wrote what is harmed. */
struct search {
    const struct hd_spots *spots;
    struct hd_before *before;
    const struct hd_harm *harm;
    const struct hd_past *culprit;
    uint32_t work;
    bool is_tally; /* what is harmed only counts */
    enum hd_race_kind *kind;
    struct hd_race *race;
};

static const struct hd_past *
past_at(struct search *search, uint32_t number)
{
    search->work++;
    return number != 0 && search->work < WORK_MAX
               ? &search->spots->past[number - 1]
               : NULL;
}

/* The last access to the same spot before this one; NULL: there is none. */
static const struct hd_past *
before(struct search *search, const struct hd_past *past)
{
    return past_at(search, past->before);
}

/*
 * What one has under a lock after the other is whole: the program's unit is not
 * the task then, but what it does under the lock.
 */
static bool
is_concurrent(struct search *search, const struct hd_past *one,
              const struct hd_past *other)
{
    return !hd_before_is(search->before, one->step, other->step, true);
}

/* Does it raise or lower these bytes by one? */
static bool
counts(const struct hd_past *past, uint8_t mask)
{
    const unsigned first = (unsigned)__builtin_ctz(mask) * 8;
    const unsigned bits = (unsigned)__builtin_popcount(mask) * 8;
    if ((past->fresh & past->writes & mask) != mask || !past->has_value) {
        return false;
    }
    const uint64_t change =
        ((past->value_after >> first) - (past->value_before >> first))
        << (64 - bits);
    const uint64_t one = UINT64_C(1) << (64 - bits);
    return change == one || change == 0 - one;
}

/* Once it was set, has it only been counted up or down? */
static bool
is_tally(struct search *search, const struct hd_spot *spot, uint8_t mask)
{
    bool counted = false, set = false;
    for (const struct hd_past *past = past_at(search, spot->past); past != NULL;
         past = before(search, past)) {
        if ((past->writes & mask) && counts(past, mask)) {
            if (set) {
                return false;
            }
            counted = true;
        } else if (past->writes & mask) {
            set = true;
        }
    }
    return counted;
}

/* Does it change what it finds there, by however much? */
static bool
amends(const struct hd_past *past, uint8_t mask)
{
    return (past->fresh & past->writes & mask) == mask;
}

/* Is what is harmed no more than a copy of what was read here? */
static bool
is_copied(const struct search *search, const struct hd_past *read, uint8_t mask)
{
    const struct hd_past *copy = search->culprit;
    const unsigned first = (unsigned)__builtin_ctz(mask) * 8;
    const unsigned to = (unsigned)__builtin_ctz(search->harm->mask) * 8;
    return read->step == copy->step && read->has_value && copy->has_value &&
           (uint32_t)(read->value_before >> first) ==
               (uint32_t)(copy->value_after >> to);
}

/* ---- telling ---- */

static void
add(struct search *search, const struct hd_past *past, uint8_t mask,
    enum hd_race_mode mode, bool of_other)
{
    struct hd_race *race = search->race;
    const bool writes = mode == HD_RACE_WRITES;
    const struct hd_spot_access access = {
        .place = writes ? past->write_place : past->read_place,
        .value = writes ? past->value_after : past->value_before,
        .at = past->at,
        .actor = past->actor,
        .mask = mask,
        .writes = writes,
        .has_value = past->has_value,
    };
    HD_ASSERT(race->access_count < HD_RACE_ACCESSES);
    struct hd_race_access *to = &race->access[race->access_count++];
    *to = hd_where_access(of_other ? &race->other : &race->memory, &access);
    to->of_other = of_other;
}

static void
begin(struct search *search, enum hd_race_kind kind, const struct hd_past *past,
      uint8_t mask)
{
    *search->kind = kind;
    *search->race = (struct hd_race){
        .memory = hd_where_is(hd_spots_find(search->spots, past->name), mask)};
}

static void
begin_other(struct search *search, const struct hd_past *past, uint8_t mask)
{
    search->race->has_other = true;
    search->race->other =
        hd_where_is(hd_spots_find(search->spots, past->name), mask);
}

/* ---- one variable ---- */

/* first, other's, again: is that a check that is out of date? */
static bool
is_stale(const struct search *search, const struct hd_past *first,
         const struct hd_past *again, uint8_t mask)
{
    const bool acts =
        again->writes & mask && again->step == search->culprit->step;
    return first->fresh & mask && !(first->writes & mask) &&
           (acts || (!search->is_tally && !is_copied(search, again, mask)));
}

/*
 * Who sets something to 0 leaves nothing of his own there: he lowers a flag,
 * and when he looks again he wants to know whether somebody has raised it.
 */
static bool
is_cleared(const struct hd_past *past, uint8_t mask)
{
    uint64_t bytes = 0;
    for (unsigned i = 0; i < HD_GRANULE_BYTES; i++) {
        if (mask >> i & 1) {
            bytes |= UINT64_C(0xff) << i * 8;
        }
    }
    return past->has_value && (past->value_after & bytes) == 0;
}

/*
 * The task that wrote what is harmed reads here what it had read or written
 * before, and another one has written since.
 */
static bool
explain_own(struct search *search, const struct hd_past *again)
{
    const struct hd_past *other = NULL;
    const struct hd_past *past = before(search, again);
    uint8_t mask = again->fresh;
    for (; past != NULL && mask != 0; past = before(search, past)) {
        const uint8_t common = (past->fresh | past->writes) & mask;
        if (past->actor == again->actor && common != 0) {
            mask = common;
            break;
        }
        if (past->actor != again->actor && past->writes & mask &&
            other == NULL) {
            other = past;
            mask &= past->writes;
        }
    }
    if (past == NULL || other == NULL || mask == 0 ||
        !is_concurrent(search, past, other) ||
        !is_concurrent(search, other, again)) {
        return false;
    }
    const bool overwritten = past->writes & mask && !(past->fresh & mask) &&
                             !(other->fresh & mask) && !search->is_tally &&
                             !is_cleared(past, mask);
    if (!overwritten && !is_stale(search, past, again, mask)) {
        return false;
    }
    begin(search, overwritten ? HD_RACE_DIRTY_WRITE : HD_RACE_STALE_READ, again,
          mask);
    add(search, past, mask, overwritten ? HD_RACE_WRITES : HD_RACE_READS,
        false);
    add(search, other, mask, HD_RACE_WRITES, false);
    add(search, again, mask, HD_RACE_READS, false);
    return true;
}

/* The first access after `past` by which the actor writes these bytes. */
static const struct hd_past *
next_write(struct search *search, const struct hd_past *past, uint32_t actor,
           uint8_t mask)
{
    const struct hd_past *found = NULL;
    const struct hd_spot *spot = hd_spots_find(search->spots, past->name);
    for (const struct hd_past *later = past_at(search, spot->past);
         later != NULL && later > past; later = before(search, later)) {
        if (later->actor == actor && later->writes & mask) {
            found = later;
        }
    }
    return found;
}

/* Who wrote these bytes last before this access, if that is another actor. */
static const struct hd_past *
last_writer(struct search *search, const struct hd_past *past, uint8_t mask)
{
    const struct hd_past *writer = before(search, past);
    while (writer != NULL && !(writer->writes & mask)) {
        writer = before(search, writer);
    }
    return writer != NULL && writer->actor != past->actor &&
                   is_concurrent(search, writer, past)
               ? writer
               : NULL;
}

/* It read here what another task had written, and writes again later. */
static bool
explain_dirty(struct search *search, const struct hd_past *read)
{
    const uint8_t mask = read->fresh & (uint8_t)~read->writes;
    const struct hd_past *first =
        mask != 0 && !search->is_tally ? last_writer(search, read, mask) : NULL;
    const struct hd_past *last =
        first != NULL ? next_write(search, read, first->actor, mask) : NULL;
    const uint8_t common =
        last != NULL ? mask & first->writes & last->writes : 0;
    if (common == 0 || !is_concurrent(search, read, last) ||
        (amends(first, common) && amends(last, common))) {
        return false;
    }
    begin(search, HD_RACE_DIRTY_READ, read, common);
    add(search, first, common, HD_RACE_WRITES, false);
    add(search, read, common, HD_RACE_READS, false);
    add(search, last, common, HD_RACE_WRITES, false);
    return true;
}

/* ---- two variables ---- */

/* The accesses of one step lie side by side. */
static bool
is_same_step(const struct search *search, const struct hd_past *past,
             uint32_t step)
{
    return past >= search->spots->past &&
           past < search->spots->past + search->spots->past_count &&
           past->step == step;
}

static const struct hd_past *
first_of_step(const struct search *search, const struct hd_past *past)
{
    while (is_same_step(search, past - 1, past->step)) {
        past--;
    }
    return past;
}

/* It reads one as another task has written it, one as it was before that. */
static bool
explain_halves(struct search *search, const struct hd_past *read)
{
    const uint8_t mask = read->fresh & (uint8_t)~read->writes;
    const struct hd_past *first =
        mask != 0 && !search->is_tally ? last_writer(search, read, mask) : NULL;
    if (first == NULL) {
        return false;
    }
    const bool only_counts = counts(first, mask & first->writes);
    for (const struct hd_past *old = first_of_step(search, read);
         is_same_step(search, old, read->step); old++) {
        /* Two variables may lie in one granule. */
        const uint8_t both = old->fresh & (uint8_t)~old->writes &
                             (uint8_t) ~(old == read ? first->writes : 0);
        const struct hd_past *last =
            both != 0 ? next_write(search, old, first->actor, both) : NULL;
        if (last == NULL || last->step == first->step ||
            !is_concurrent(search, read, last) ||
            (only_counts && counts(last, both & last->writes))) {
            continue;
        }
        begin(search, HD_RACE_DIRTY_READ, read, mask & first->writes);
        begin_other(search, old, both & last->writes);
        add(search, first, mask & first->writes, HD_RACE_WRITES, false);
        add(search, read, mask & first->writes, HD_RACE_READS, false);
        add(search, old, both & last->writes, HD_RACE_READS, true);
        add(search, last, both & last->writes, HD_RACE_WRITES, true);
        return true;
    }
    return false;
}

/* The last access of the actor to the spot of this one, before it. */
static const struct hd_past *
last_of(struct search *search, const struct hd_past *past, uint32_t actor,
        uint8_t mask)
{
    const struct hd_past *own = before(search, past);
    while (own != NULL &&
           (own->actor != actor || !((own->fresh | own->writes) & mask))) {
        own = before(search, own);
    }
    return own;
}

/* Has the actor of an act read these bytes again before that? */
static bool
has_looked_again(struct search *search, const struct hd_past *past,
                 uint8_t mask, const struct hd_past *act)
{
    const struct hd_spot *spot = hd_spots_find(search->spots, past->name);
    for (const struct hd_past *later = past_at(search, spot->past);
         later != NULL && later > past; later = before(search, later)) {
        if (later->actor == act->actor && later->step <= act->step &&
            later->fresh & mask) {
            return true;
        }
    }
    return false;
}

/*
 * These bytes were written last by somebody who has written another variable in
 * the same step. Had the task of this access read that one before, and has it
 * not looked at it again up to what it did wrong?
 */
static bool
explain_two(struct search *search, const struct hd_past *last, uint8_t mask,
            enum hd_race_mode mode)
{
    const struct hd_past *other = last_writer(search, last, mask);
    if (other == NULL) {
        return false;
    }
    for (const struct hd_past *write = first_of_step(search, other);
         is_same_step(search, write, other->step); write++) {
        const uint8_t both =
            write->writes & (uint8_t) ~(write->name == last->name ? mask : 0);
        const struct hd_past *check =
            both != 0 ? last_of(search, write, last->actor, both) : NULL;
        const uint8_t common =
            check != NULL ? check->fresh & (uint8_t)~check->writes & both : 0;
        if (common == 0 || check->step == last->step ||
            !is_concurrent(search, check, write) ||
            has_looked_again(search, write, common, search->culprit)) {
            continue;
        }
        begin(search, HD_RACE_STALE_READ, write, common);
        begin_other(search, last, mask);
        add(search, check, common, HD_RACE_READS, false);
        add(search, write, common, HD_RACE_WRITES, false);
        add(search, other, mask, HD_RACE_WRITES, true);
        add(search, last, mask, mode, true);
        return true;
    }
    return false;
}

/* It read the one, waited, and wrote the other, which is harmed. */
static bool
explain_check(struct search *search)
{
    return explain_two(search, search->culprit,
                       search->culprit->writes & search->harm->mask,
                       HD_RACE_WRITES);
}

/* It read the one, waited, and reads the other: they are of two times. */
static bool
explain_torn(struct search *search, const struct hd_past *read)
{
    return explain_two(search, read, read->fresh & (uint8_t)~read->writes,
                       HD_RACE_READS);
}

/* ---- from the harm on ---- */

/* What the culprit's task did up to there, the last first. */
static bool
explain_by(struct search *search, bool of_harmed,
           bool (*explain)(struct search *, const struct hd_past *))
{
    const struct hd_past *past = search->culprit;
    while (is_same_step(search, past + 1, past->step)) {
        past++;
    }
    for (; past >= search->spots->past && search->work < WORK_MAX; past--) {
        search->work++;
        if (past->actor == search->culprit->actor &&
            (!of_harmed || past->name == search->harm->spot->name) &&
            explain(search, past)) {
            return true;
        }
    }
    return false;
}

static bool
explain_culprit(struct search *search)
{
    return explain_by(search, true, explain_own) ||
           explain_by(search, true, explain_dirty) ||
           explain_by(search, false, explain_own) ||
           explain_by(search, false, explain_dirty) ||
           (!search->is_tally && explain_check(search)) ||
           explain_by(search, false, explain_halves) ||
           (!search->is_tally && explain_by(search, false, explain_torn));
}

bool
hd_harm_explain(const struct hd_spots *spots, struct hd_before *before_all,
                const struct hd_harm *harm, enum hd_race_kind *out_kind,
                struct hd_race *out_race)
{
    struct search search = {.spots = spots,
                            .before = before_all,
                            .harm = harm,
                            .kind = out_kind,
                            .race = out_race};
    uint32_t culprits = 0;
    if (!spots->keeps_past || spots->past_lost) {
        return false;
    }
    search.is_tally = is_tally(&search, harm->spot, harm->mask);
    for (const struct hd_past *past = past_at(&search, harm->spot->past);
         past != NULL && culprits < CULPRITS_MAX;
         past = before(&search, past)) {
        if (past->writes & harm->mask) {
            culprits++;
            search.culprit = past;
            if (explain_culprit(&search)) {
                hd_harm_tell(harm, out_race);
                return true;
            }
        }
    }
    return false;
}
