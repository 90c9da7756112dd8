/*
 * Findings of a whole search, which no execution shows: conditions that were
 * true in no schedule.
 */
#include "explore/discover.h"

#include "base/assert.h"
#include "detect/detect.h"
#include "explore/sometimes.h"

static void
write_unmet(struct hd_log *log, const struct hd_sometimes *site,
            const struct hd_verdict *verdict)
{
    const bool is_all = verdict->proved && !verdict->is_assumed;
    hd_log_clear(log);
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_SOMETIMES,
                                   .op = is_all,
                                   .subject = (uint32_t)site->line,
                                   .value = is_all ? verdict->all
                                                   : verdict->executions},
                site->expr);
    hd_log_text(log,
                (struct hd_record){.kind = HD_LOG_ORIGIN,
                                   .value = (uint64_t)site->line},
                site->file);
}

static void
tell_unmet(struct hd_explorer *explorer, const struct hd_log *log)
{
    static HD_GLOBAL struct hd_findings findings;
    struct hd_token token = hd_discover_token(explorer);
    struct hd_names names;
    if (hd_names_init(&names, log) &&
        hd_detect(log, &names, explorer->settings->ignored, &findings) > 0) {
        const struct hd_discovery discovery = {
            .settings = explorer->settings,
            .test = explorer->test,
            .finding = &findings.items[0],
            .log = log,
            .names = &names,
            .token = &token,
            .of_search = true,
            .strategy = explorer->plan->arms[0].strategy,
            .strategy_text = "",
            .executions = explorer->verdict->executions,
        };
        hd_discover_note(explorer->verdict, findings.items[0].kind);
        explorer->tell(&discovery, explorer->context);
    }
    hd_names_finish(&names);
    hd_token_finish(&token);
}

void
hd_discover_unmet(struct hd_explorer *explorer)
{
    struct hd_log *log = &explorer->attempt.probe->log;
    const struct hd_verdict *verdict = explorer->verdict;
    const struct hd_sometimes *site = NULL;
    if (!verdict->complete || (verdict->executions < 2 && !verdict->proved)) {
        return;
    }
    explorer->as_found.rules.clock = explorer->settings->rules.clock;
    while ((site = hd_sometimes_unmet(site)) != NULL) {
        write_unmet(log, site, verdict);
        tell_unmet(explorer, log);
    }
}
