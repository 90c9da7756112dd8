/*
 * A position has two coordinates. Whoever moves it writes one, waits for the
 * motor, and writes the other; whoever notes it in between notes a place where
 * it has never been.
 *
 * Shows: dirty-read of two variables. Fixed: both are written after the wait.
 * Near miss: the two are noted by a task that has waited for the move.
 */
#include <heddle/access.h>
#include <heddle/test.h>

static int position[2], noted;
static struct hd_event moved;

static void
put(int axis, int value)
{
    HD_WRITE(&position[axis]);
    position[axis] = value;
}

static int
wait_for_motor(void)
{
    return hd_yield();
}

static int
move(void *arg)
{
    (void)arg;
    put(0, 30);
    HD_TRY(wait_for_motor());
    put(1, 40);
    hd_event_set(&moved);
    return 0;
}

static int
move_at_once(void *arg)
{
    (void)arg;
    HD_TRY(wait_for_motor());
    put(0, 30);
    put(1, 40);
    return 0;
}

static int
note(void *arg)
{
    (void)arg;
    HD_READ(&position[0]);
    HD_READ(&position[1]);
    HD_WRITE(&noted);
    noted = position[0] * 100 + position[1];
    return 0;
}

static int
note_moved(void *arg)
{
    HD_TRY(hd_event_wait(&moved));
    return note(arg);
}

static void
note_while_moving(hd_fn *moving, hd_fn *noting)
{
    hd_event_init(&moved);
    struct hd_task *a = hd_task_spawn(moving, NULL);
    struct hd_task *b = hd_task_spawn(noting, NULL);

    HD_CHECK(hd_gather(a, b) == 0);
}

HD_TEST(dirty_read_bad)
{
    note_while_moving(move, note);
}

HD_TEST(dirty_read_fixed)
{
    note_while_moving(move_at_once, note);
}

HD_TEST(dirty_read_near)
{
    note_while_moving(move, note_moved);
}
