#include "host/environment.h"

#include "base/assert.h"
#include <pthread.h>
#include <stdlib.h>

static struct hd_environment environment HD_GLOBAL;
static pthread_once_t once HD_GLOBAL = PTHREAD_ONCE_INIT;

static const char *
value_of(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

static void
read_once(void)
{
    environment.scheduler = value_of("HEDDLE_SCHEDULER");
    environment.recorder = value_of("HEDDLE_RECORDER");
}

const struct hd_environment *
hd_environment(void)
{
    pthread_once(&once, read_once);
    return &environment;
}
