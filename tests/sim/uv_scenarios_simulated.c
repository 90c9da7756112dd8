#include "sim/world.h"
#include "uv_scenarios.h"

#include <stdio.h>
#include <stdlib.h>

#define RECORDS ((uint64_t)1 << 16)

static void
body(void *arg)
{
    const struct uv_scenario *scenario = arg;
    scenario->run();
}

int
main(void)
{
    static struct hd_world world;
    static struct hd_log events;
    const struct hd_rules rules = HD_RULES_DEFAULT;
    events.records = calloc(RECORDS, sizeof(*events.records));
    events.mask = RECORDS - 1;
    if (events.records == NULL || !hd_world_init(&world, &events)) {
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < uv_scenario_count; i++) {
        struct uv_scenario scenario = uv_scenarios[i];
        const struct hd_execution execution = {
            .body = body, .arg = &scenario, .rules = &rules};
        printf("%s\n", scenario.name);
        const enum hd_outcome outcome = hd_world_execute(&world, &execution);
        if (outcome != HD_OUTCOME_OK) {
            printf("  outcome %d\n", (int)outcome);
        }
    }
    hd_world_finish(&world);
    free(events.records);
    return EXIT_SUCCESS;
}
