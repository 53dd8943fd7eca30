/* proof.c - see proof.h. One line a row, fields parted by tabs, appended to the file that MOTRADE_PROOF names
 * (tests/run.sh gives one to each program and joins them); a program run by hand records nothing. */
#include "tests/support/proof.h"

#include <stdio.h>
#include <stdlib.h>
#include "tests/support/close.h"

static void record(const struct proof *p, const char *verdict)
{
    const char *path = getenv("MOTRADE_PROOF");
    char line[1024];
    int n = snprintf(line, sizeof line, "%d\t%s\t%s\t%s\t%.6g\t%.4g\t%s\t%s\t%s\t%s\n", (int)p->group, p->quantity, p->subject,
                     p->is_at_least ? ">=" : "<=", p->wanted, p->measured, p->unit, verdict, p->source, p->cause ? p->cause : "");
    assert_true(n > 0 && n < (int)sizeof line);
    if (!path)
        return;
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    assert_true(fputs(line, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static int is_within(const struct proof *p, double limit) { return p->is_at_least ? p->measured >= limit : p->measured <= limit; }

void proof_check(const struct proof *p)
{
    int is_met = is_within(p, p->wanted);
    record(p, is_met ? "met" : "FALLS SHORT");
    if (is_met)
        return;
    if (!p->cause)
        fail_msg("%s, %s: %.6g %s, wanted %s %.6g", p->quantity, p->subject, p->measured, p->unit, p->is_at_least ? ">=" : "<=", p->wanted);
    else if (!is_within(p, p->bound))
        fail_msg("%s, %s: %.6g %s is worse than the regression bound %.6g", p->quantity, p->subject, p->measured, p->unit, p->bound);
}

void proof_note(enum proof_group group, const char *quantity, const char *subject, double measured, const char *unit, const char *source)
{
    struct proof p = {.group = group, .quantity = quantity, .subject = subject, .measured = measured, .unit = unit, .source = source};
    record(&p, "-");
}
