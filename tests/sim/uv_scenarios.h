/*
 * Small libuv programs that print what happens. They are linked twice, with
 * libuv and with heddle-sim, and must print the same.
 */
#ifndef TESTS_SIM_UV_SCENARIOS_H
#define TESTS_SIM_UV_SCENARIOS_H

#include <stddef.h>

struct uv_scenario {
    const char *name;
    void (*run)(void);
};

extern const struct uv_scenario uv_scenarios[];
extern const size_t uv_scenario_count;

#endif
