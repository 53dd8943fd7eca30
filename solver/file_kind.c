/* file_kind.c - see file_kind.h. */
#include "solver/file_kind.h"
#include "materials/base/banned.h"

/* Keys that only files of one kind have. */
static const struct { const char *name, *command, *mark[4]; } KIND[] = {
    [FILE_STUDY] = {"a study", "compare", {"technologies", "search"}},
    [FILE_DESIGN] = {"one given motor", "evaluate", {"level", "field"}},
    [FILE_RISK] = {"a risk study", "risk", {"bills", "designs", "strategies", "map"}},
};

static int has_mark(const struct yaml_node *root, enum file_kind k)
{
    for (int q = 0; q < ARRAY_LEN(KIND[k].mark) && KIND[k].mark[q]; q++)
        if (yaml_get_key(root, KIND[k].mark[q]))
            return 1;
    return 0;
}

enum status file_kind_check(const struct yaml_node *root, enum file_kind wanted, struct err *e)
{
    if (root->kind != YAML_MAP || has_mark(root, wanted))
        return ST_OK;
    for (int k = 0; k < ARRAY_LEN(KIND); k++)
        if (has_mark(root, (enum file_kind)k))
            return yaml_fail(root, e, "is %s, not %s; it is for `motrade %s`", KIND[k].name, KIND[wanted].name, KIND[k].command);
    return ST_OK;
}
