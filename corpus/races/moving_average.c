/*
 * Sensors feed one smoothed temperature. The old mean is loaded while the
 * sensor is still being asked.
 *
 * Shows: lost-update of a double. Fixed: the sensor is asked first.
 */
#include <heddle/test.h>

#include <stdio.h>

struct climate {
    double mean;
    int readings;
};

struct sensor {
    struct climate *climate;
    double temperature;
};

static int
read_sensor(const struct sensor *sensor, double *out_temperature)
{
    HD_TRY(hd_sleep(HD_MS(10)));
    *out_temperature = sensor->temperature;
    return 0;
}

static int
smooth(void *arg)
{
    const struct sensor *sensor = arg;
    const double old = sensor->climate->mean;
    double now = 0;

    HD_TRY(read_sensor(sensor, &now));
    sensor->climate->mean = old * 0.75 + now * 0.25;
    sensor->climate->readings++;
    return 0;
}

static int
smooth_after_reading(void *arg)
{
    const struct sensor *sensor = arg;
    struct climate *climate = sensor->climate;
    double now = 0;

    HD_TRY(read_sensor(sensor, &now));
    climate->mean += (now - climate->mean) * 0.25;
    climate->readings++;
    return 0;
}

static void
two_sensors(hd_fn *how)
{
    struct climate climate = {.mean = 20};
    struct sensor north = {&climate, 12};
    struct sensor south = {&climate, 24};

    struct hd_task *a = hd_task_spawn(how, &north);
    struct hd_task *b = hd_task_spawn(how, &south);
    HD_CHECK(hd_gather(a, b) == 0);
    printf("%.2f after %d readings\n", climate.mean, climate.readings);
}

HD_TEST(moving_average_bad)
{
    two_sensors(smooth);
}

HD_TEST(moving_average_fixed)
{
    two_sensors(smooth_after_reading);
}
