/*
 * A total is computed cell by cell, with a pause between. Meanwhile an amount
 * is moved from one cell to another, in one step; the total has it twice or
 * never.
 *
 * Shows: stale-read: cells of two times. Fixed: the sum begins again when the
 * sheet has changed.
 */
#include <heddle/test.h>

#include <stdio.h>

#define CELLS 2

struct sheet {
    int changes;
    int cells[CELLS];
    int total;
};

static struct sheet sheet = {.cells = {60, 40}};

static int
add_up(void *arg)
{
    (void)arg;
    int total = 0;

    for (int i = 0; i < CELLS; i++) {
        total += sheet.cells[i];
        HD_TRY(hd_yield());
    }
    sheet.total = total;
    return 0;
}

static int
add_up_unchanged(void *arg)
{
    (void)arg;
    int total = 0;
    int changes = 0;

    do {
        changes = sheet.changes;
        total = 0;
        for (int i = 0; i < CELLS; i++) {
            total += sheet.cells[i];
            HD_TRY(hd_yield());
        }
    } while (changes != sheet.changes);
    sheet.total = total;
    return 0;
}

static int
move(void *arg)
{
    (void)arg;
    sheet.cells[0] -= 25;
    sheet.cells[1] += 25;
    sheet.changes++;
    return 0;
}

static void
move_while_adding(hd_fn *how)
{
    struct hd_task *a = hd_task_spawn(how, NULL);
    struct hd_task *b = hd_task_spawn(move, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
    printf("%d\n", sheet.total);
}

HD_TEST(sheet_total_bad)
{
    move_while_adding(add_up);
}

HD_TEST(sheet_total_fixed)
{
    move_while_adding(add_up_unchanged);
}
