/*
 * Heat spreads along a rod. In each phase every part reads its neighbour and
 * writes itself, into the other of two arrays; a barrier divides the phases.
 *
 * Near miss: each cell is read by one task and written by another one, phase
 * after phase.
 */
#include <heddle/test.h>

#define PARTS 2
#define PHASES 2

struct rod {
    struct hd_barrier barrier;
    double heat[2][PARTS];
};

struct part {
    struct rod *rod;
    int number;
};

static int
heat_up(void *arg)
{
    const struct part *part = arg;
    struct rod *rod = part->rod;
    const int own = part->number;
    const int other = 1 - own;

    for (int phase = 0; phase < PHASES; phase++) {
        const double *old = rod->heat[phase % 2];
        rod->heat[1 - phase % 2][own] = (old[own] + old[other]) / 2;
        HD_TRY(hd_barrier_wait(&rod->barrier));
    }
    return 0;
}

HD_TEST(barrier_phases_near)
{
    struct rod rod = {.heat = {{100, 0}, {0, 0}}};
    struct part left = {&rod, 0};
    struct part right = {&rod, 1};

    hd_barrier_init(&rod.barrier, PARTS);
    struct hd_task *a = hd_task_spawn(heat_up, &left);
    struct hd_task *b = hd_task_spawn(heat_up, &right);
    HD_CHECK(hd_gather(a, b) == 0);
}
