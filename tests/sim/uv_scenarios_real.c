#include "uv_scenarios.h"

#include <stdio.h>

int
main(void)
{
    for (size_t i = 0; i < uv_scenario_count; i++) {
        printf("%s\n", uv_scenarios[i].name);
        uv_scenarios[i].run();
    }
    return 0;
}
