/*
 * Plugins enter their handlers into a table of functions. A plugin looks for a
 * free slot, opens its file, and enters itself; two find the same slot.
 *
 * Shows: lost-update of a pointer to a function. Fixed: the slot is looked for
 * once the file is open.
 */
#include <heddle/test.h>

#include <stddef.h>

#define HANDLERS 3

typedef int handler_fn(int event);

static handler_fn *handlers[HANDLERS];

static int
on_click(int event)
{
    return event + 1;
}

static int
on_scroll(int event)
{
    return event + 2;
}

struct plugin {
    handler_fn *handler;
};

static int
open_file(void)
{
    return hd_yield();
}

static size_t
free_slot(void)
{
    size_t slot = 0;

    while (slot < HANDLERS - 1 && handlers[slot] != NULL) {
        slot++;
    }
    return slot;
}

static int
enter(void *arg)
{
    const struct plugin *plugin = arg;
    const size_t slot = free_slot();

    HD_TRY(open_file());
    handlers[slot] = plugin->handler;
    return 0;
}

static int
enter_when_open(void *arg)
{
    const struct plugin *plugin = arg;

    HD_TRY(open_file());
    handlers[free_slot()] = plugin->handler;
    return 0;
}

static void
two_plugins(hd_fn *how)
{
    struct plugin click = {on_click};
    struct plugin scroll = {on_scroll};

    struct hd_task *a = hd_task_spawn(how, &click);
    struct hd_task *b = hd_task_spawn(how, &scroll);
    HD_CHECK(hd_gather(a, b) == 0);
    for (size_t i = 0; i < HANDLERS && handlers[i] != NULL; i++) {
        HD_CHECK(handlers[i](0) > 0);
    }
}

HD_TEST(plugin_slot_bad)
{
    two_plugins(enter);
}

HD_TEST(plugin_slot_fixed)
{
    two_plugins(enter_when_open);
}
