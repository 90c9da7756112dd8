#include "faults.h"

static uint64_t
choose(void *self, const struct hd_view *view, const struct hd_value *value)
{
    struct one_fault *fault = self;
    (void)view;
    if (value->kind != fault->kind || ++fault->chances != fault->nth) {
        return 0;
    }
    return fault->value < value->bound ? fault->value : 0;
}

static const struct hd_strategy one_fault = {
    .name = "one-fault",
    .summary = "fifo, and one fault",
    .abi = HD_STRATEGY_ABI,
    .choose = choose,
};

enum hd_outcome
sim_run_with_fault(hd_fn *fn, void *arg, struct one_fault *fault)
{
    struct hd_rules rules = HD_RULES_DEFAULT;
    rules.cancels_max = fault->kind == HD_VALUE_CANCEL;
    rules.allocs_max = fault->kind == HD_VALUE_ALLOC;
    fault->chances = 0;
    return sim_explore(fn, arg, &rules, &one_fault, fault);
}
