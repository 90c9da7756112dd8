/*
 * A hash table of routes. Who does not find a host resolves it and enters what
 * comes out; two that resolve the same host enter it twice.
 *
 * Shows: stale-read (check, await, act): the table ends with two routes to one
 * host. Fixed: the host is looked up again before it is entered.
 */
#include <heddle/test.h>

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4

struct route {
    struct route *next;
    char host[16];
    int address;
};

struct table {
    struct route *buckets[BUCKETS];
    int count;
};

static struct table routes;

static size_t
bucket_of(const char *host)
{
    size_t hash = 5381;

    while (*host != '\0') {
        hash = hash * 33 + (unsigned char)*host++;
    }
    return hash % BUCKETS;
}

static struct route *
find(const char *host)
{
    struct route *route = routes.buckets[bucket_of(host)];

    while (route != NULL && strcmp(route->host, host) != 0) {
        route = route->next;
    }
    return route;
}

static int
enter(const char *host, int address)
{
    struct route **head = &routes.buckets[bucket_of(host)];
    struct route *route = calloc(1, sizeof(*route));

    if (route == NULL) {
        return HD_E_NO_MEMORY;
    }
    strcpy(route->host, host);
    route->address = address;
    route->next = *head;
    *head = route;
    routes.count++;
    return 0;
}

static int
resolve(int *out_address)
{
    HD_TRY(hd_yield());
    *out_address = 1001;
    return 0;
}

static int
connect_to(void *arg)
{
    const char *host = arg;
    int address = 0;

    if (find(host) == NULL) {
        HD_TRY(resolve(&address));
        HD_TRY(enter(host, address));
    }
    return 0;
}

static int
connect_looking_again(void *arg)
{
    const char *host = arg;
    int address = 0;

    if (find(host) == NULL) {
        HD_TRY(resolve(&address));
        if (find(host) == NULL) {
            HD_TRY(enter(host, address));
        }
    }
    return 0;
}

static void
drop_all(void)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        while (routes.buckets[i] != NULL) {
            struct route *route = routes.buckets[i];
            routes.buckets[i] = route->next;
            free(route);
        }
    }
}

static void
two_connections(hd_fn *how)
{
    char host[] = "example.org";

    struct hd_task *a = hd_task_spawn(how, host);
    struct hd_task *b = hd_task_spawn(how, host);
    HD_CHECK(hd_gather(a, b) == 0);
    drop_all();
}

HD_TEST(route_map_bad)
{
    two_connections(connect_to);
}

HD_TEST(route_map_fixed)
{
    two_connections(connect_looking_again);
}
