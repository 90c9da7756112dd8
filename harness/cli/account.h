/*
 * What a search has covered, in words. Facts, and estimates with what they rest
 * on; docs/guide/proofs.md says how to read them.
 */
#ifndef HD_CLI_ACCOUNT_H
#define HD_CLI_ACCOUNT_H

#include "explore/explore.h"
#include <stdio.h>

/* ", 812 different, chance of a new one up to 3 %", or nothing. */
void hd_account_print_short(const struct hd_verdict *verdict, FILE *out);

/* Everything, in lines. */
void hd_account_print(const struct hd_verdict *verdict, FILE *out);

/* "3 %", "0.2 %". */
void hd_account_print_chance(double chance, FILE *out);

#endif
