/*
 * A configuration that the first user loads. Two first users load it twice, and
 * one of the two copies is nobody's.
 *
 * Shows: lost-update of the pointer (double initialisation). Fixed: the first
 * one leaves a future for the others.
 */
#include <heddle/test.h>

#include <stdlib.h>

struct config {
    int port;
};

static struct config *config;
static struct hd_future *loading;

static int
load(struct config **out_config)
{
    HD_TRY(hd_yield());
    struct config *loaded = calloc(1, sizeof(*loaded));
    if (loaded == NULL) {
        return HD_E_NO_MEMORY;
    }
    loaded->port = 80;
    *out_config = loaded;
    return 0;
}

static int
use(void *arg)
{
    int *out_port = arg;

    if (config == NULL) {
        HD_TRY(load(&config));
    }
    *out_port = config->port;
    return 0;
}

static int
use_loaded_once(void *arg)
{
    int *out_port = arg;

    if (loading == NULL) {
        loading = hd_future_create();
        HD_TRY(load(&config));
        HD_TRY(hd_future_set(loading, config));
    } else {
        HD_TRY(hd_await(loading));
    }
    *out_port = config->port;
    return 0;
}

static void
two_users(hd_fn *how)
{
    int ports[2] = {0};

    struct hd_task *a = hd_task_spawn(how, &ports[0]);
    struct hd_task *b = hd_task_spawn(how, &ports[1]);
    HD_CHECK(hd_gather(a, b) == 0);
    if (loading != NULL) {
        hd_future_release(loading);
    }
    free(config);
}

HD_TEST(lazy_config_bad)
{
    two_users(use);
}

HD_TEST(lazy_config_fixed)
{
    two_users(use_loaded_once);
}
