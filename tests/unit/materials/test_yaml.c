/* The strict reader of YAML: trees with places, what is refused and where, overrides, hostile input, failing allocations. */
#include "tests/support/close.h"
#include "materials/base/mem.h"
#include "materials/base/text.h"
#include "materials/base/yaml.h"
#include "tests/support/fault.h"
#include <string.h>

static struct yaml_doc *parse(const char *text)
{
    struct yaml_doc *doc = NULL;
    struct err e;
    assert_ok(yaml_read_text("t.yaml", text, &doc, &e), &e);
    return doc;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' does not say '%s'", text, part);
}

static void builds_a_tree_with_places(void **state)
{
    (void)state;
    struct yaml_doc *doc = parse("# head\na: 1\nb:\n  c: [x, \"2\", {d: 3}]\n  e: {}\n");
    const struct yaml_node *root = yaml_get_root(doc), *c = yaml_get_key(root, "b.c"), *d = yaml_get_key(root, "b.c.2.d");
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->n_item, 2);
    assert_string_equal(root->item[1]->key, "b");
    assert_true(c->kind == YAML_LIST && c->n_item == 3 && c->line == 4 && c->column == 3);
    assert_string_equal(c->item[0]->text, "x");
    assert_true(c->item[1]->quoted && !c->item[0]->quoted && c->item[0]->column == 7);
    assert_true(d->line == 4 && d->parent->parent == c);
    assert_string_equal(d->text, "3");
    assert_string_equal(d->file, "t.yaml");
    assert_int_equal(yaml_get_key(root, "b.e")->n_item, 0);
    assert_null(yaml_get_key(root, "b.x"));
    assert_null(yaml_get_key(root, "b.c.3"));
    assert_null(yaml_get_key(root, "b.c.-1"));
    assert_null(yaml_get_key(root, "a.x"));
    yaml_free(doc);
    yaml_free(NULL);
}

static void refuses_what_is_ambiguous(void **state)
{
    (void)state;
    static const struct { const char *text; int line, column; const char *says; } BAD[] = {
        {"", 1, 1, "empty"},
        {"# only a comment\n", 1, 1, "empty"},
        {"a: 1\nb: 2\na: 3\n", 3, 1, "twice"},
        {"x:\n  a: 1\n  a: 2\n", 3, 3, "first at line 2"},
        {"a: &k 1\nb: 2\n", 1, 4, "anchors"},
        {"a: &k [1]\n", 1, 4, "anchors"},
        {"a: &k {b: 1}\n", 1, 4, "anchors"},
        {"a: 1\nb: *k\n", 2, 4, "aliases"},
        {"a: !!str 5\n", 1, 4, "tags"},
        {"a: 1\n---\nb: 2\n", 2, 1, "second document"},
        {"[1]: 2\n", 1, 1, "key"},
        {"a: [1, 2\nb: 3\n", 2, 0, "not YAML"},
        {"a:\n\tb: 1\n", 2, 1, "not YAML"},
        {"a: b: c\n", 1, 5, "not YAML"},
        {"a: \"x\\0y\"\n", 1, 4, "NUL"},
        {"a: \xff\xfe\n", 0, 0, "not YAML"},
    };
    long live = mem_get_live();
    for (int k = 0; k < ARRAY_LEN(BAD); k++) {
        struct yaml_doc *doc = NULL;
        struct err e;
        if (yaml_read_text("t.yaml", BAD[k].text, &doc, &e) != ST_CONFIG)
            fail_msg("case %d was not refused: %s", k, BAD[k].text);
        assert_null(doc);
        assert_string_equal(e.file, "t.yaml");
        assert_has(e.message, BAD[k].says);
        if (BAD[k].line && e.line != BAD[k].line)
            fail_msg("case %d: line %d, expected %d (%s)", k, e.line, BAD[k].line, e.message);
        if (BAD[k].column && e.column != BAD[k].column)
            fail_msg("case %d: column %d, expected %d (%s)", k, e.column, BAD[k].column, e.message);
    }
    assert_int_equal(mem_get_live(), live);
}

static void survives_hostile_input(void **state)
{
    (void)state;
    static const char *const PART[] = {"[", "{a: ", "- ", "? ", "a:\n ", "\"", "&a [", "[*a, ", "#", "\n", "|\n", "%", "!", "\xc3"};
    long live = mem_get_live();
    for (int k = 0; k < ARRAY_LEN(PART); k++) {
        struct text t = {0};
        for (int j = 0; j < 20000; j++)
            text_add(&t, "%s", PART[k]);
        struct yaml_doc *doc = NULL;
        struct err e;
        if (yaml_read_text("t.yaml", t.s, &doc, &e) == ST_OK)
            yaml_free(doc);
        else
            assert_true(e.message[0] != '\0');
        text_done(&t);
    }
    assert_int_equal(mem_get_live(), live);
}

static struct text nest(int depth)
{
    struct text t = {0};
    for (int k = 0; k < depth; k++)
        text_add(&t, "[");
    for (int k = 0; k < depth; k++)
        text_add(&t, "]");
    return t;
}

static void limits_depth_and_width(void **state)
{
    (void)state;
    struct err e;
    struct yaml_doc *doc = NULL;
    struct text deep = nest(64), deeper = nest(65), wide = {0};
    assert_ok(yaml_read_text("t", deep.s, &doc, &e), &e);
    yaml_free(doc);
    assert_status(yaml_read_text("t", deeper.s, &doc, &e), ST_CONFIG, &e);
    assert_has(e.message, "nested too deeply");
    for (int k = 0; k <= 10000; k++)
        text_add(&wide, "k%d: 1\n", k);
    assert_status(yaml_read_text("t", wide.s, &doc, &e), ST_CONFIG, &e);
    assert_has(e.message, "10000 keys");
    text_done(&deep);
    text_done(&deeper);
    text_done(&wide);
    text_add(&wide, "[0");
    for (int k = 1; k < 100000; k++)
        text_add(&wide, ",%d", k);
    text_add(&wide, "]");
    assert_ok(yaml_read_text("t", wide.s, &doc, &e), &e);
    assert_int_equal(yaml_get_root(doc)->n_item, 100000);
    assert_string_equal(yaml_get_key(yaml_get_root(doc), "99999")->text, "99999");
    yaml_free(doc);
    text_done(&wide);
}

static enum status read_and_override(void *ctx, struct err *e)
{
    (void)ctx;
    struct yaml_doc *doc = NULL;
    enum status st = yaml_read_text("t", "name: x\nlist: [1, 2, {a: b}]\nmap:\n  k: v\n  \"q\": 'w'\n", &doc, e);
    if (st == ST_OK)
        st = yaml_set_path(doc, "new.deep=[1, {z: 2}]", e);
    yaml_free(doc);
    return st;
}

static void survives_every_failing_allocation(void **state)
{
    (void)state;
    assert_true(fault_check(read_and_override, NULL) > 40);
}

static enum status read_data_file(void *ctx, struct err *e)
{
    (void)ctx;
    struct yaml_doc *doc = NULL;
    enum status st = yaml_read_file("materials/data/refs.yaml", &doc, e);
    yaml_free(doc);
    return st;
}

static void survives_every_failing_allocation_in_a_file(void **state)
{
    (void)state;
    assert_true(fault_check(read_data_file, NULL) > 100);
}

static void sets_paths(void **state)
{
    (void)state;
    struct yaml_doc *doc = parse("a: {b: [1, 2], c: text}\n");
    struct err e;
    const struct yaml_node *root = yaml_get_root(doc);
    assert_ok(yaml_set_path(doc, "a.b.1=7", &e), &e);
    assert_string_equal(yaml_get_key(root, "a.b.1")->text, "7");
    assert_string_equal(yaml_get_key(root, "a.b.1")->file, "--set");
    assert_string_equal(yaml_get_key(root, "a.b.0")->file, "t.yaml");
    assert_ok(yaml_set_path(doc, "a.b=[4, {x: 5}]", &e), &e);
    assert_string_equal(yaml_get_key(root, "a.b.1.x")->text, "5");
    assert_ptr_equal(yaml_get_key(root, "a.b.1")->parent, yaml_get_key(root, "a.b"));
    assert_ok(yaml_set_path(doc, "a.new.k=hello world", &e), &e);
    assert_string_equal(yaml_get_key(root, "a.new.k")->text, "hello world");
    assert_ok(yaml_set_path(doc, "a.c=", &e), &e);
    assert_string_equal(yaml_get_key(root, "a.c")->text, "");
    assert_ok(yaml_set_path(doc, "a.c=x=y", &e), &e);
    assert_string_equal(yaml_get_key(root, "a.c")->text, "x=y");
    static const char *const BAD[] = {"a.c", "=5", "a.c.d=1", "a.b.9=1", "a..c=1", ".=1", "a.c=[1", "a.c=*x", "a.c=&x 1", ""};
    for (int k = 0; k < ARRAY_LEN(BAD); k++) {
        if (yaml_set_path(doc, BAD[k], &e) != ST_CONFIG)
            fail_msg("--set %s was not refused", BAD[k]);
        assert_string_equal(e.file, "--set");
    }
    assert_string_equal(yaml_get_key(root, "a.c")->text, "x=y"); /* a refused override changes nothing */
    yaml_free(doc);
}

static void finds_the_nearest_name(void **state)
{
    (void)state;
    static const char *const KEY[] = {"peak_torque_Nm", "peak_power_kW", "airgap_mm", "stack_mm"};
    assert_string_equal(yaml_get_nearest("peak_torqe_Nm", KEY, 4), "peak_torque_Nm");
    assert_string_equal(yaml_get_nearest("airgpa_mm", KEY, 4), "airgap_mm");
    assert_null(yaml_get_nearest("colour", KEY, 4));
    assert_null(yaml_get_nearest("x", KEY, 0));
    char longer[5000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_null(yaml_get_nearest(longer, KEY, 4));
}

static void reads_scalars_strictly(void **state)
{
    (void)state;
    struct yaml_doc *doc = parse("r: 1.5\ni: 4\nt: abc\nq: \"5\"\nl: [1, 2.5, -3]\nbad: [1, x]\nbox: {a: 1}\nspeed: 12rpm\n");
    const struct yaml_node *root = yaml_get_root(doc);
    struct err e;
    double r, list[3];
    int i, n;
    const char *t;
    assert_ok(yaml_read_real(yaml_get_key(root, "r"), &r, &e), &e);
    assert_close(r, 1.5, 0, 0);
    assert_ok(yaml_read_int(yaml_get_key(root, "i"), &i, &e), &e);
    assert_int_equal(i, 4);
    assert_ok(yaml_read_text_scalar(yaml_get_key(root, "t"), &t, &e), &e);
    assert_string_equal(t, "abc");
    assert_status(yaml_read_int(yaml_get_key(root, "r"), &i, &e), ST_CONFIG, &e);
    assert_status(yaml_read_real(yaml_get_key(root, "q"), &r, &e), ST_CONFIG, &e);
    assert_status(yaml_read_real(yaml_get_key(root, "box"), &r, &e), ST_CONFIG, &e);
    assert_status(yaml_read_text_scalar(yaml_get_key(root, "l"), &t, &e), ST_CONFIG, &e);
    assert_status(yaml_read_real(yaml_get_key(root, "speed"), &r, &e), ST_CONFIG, &e);
    assert_true(isnan(r) && e.line == 8 && e.column == 1);
    assert_has(e.message, "12rpm");
    assert_string_equal(e.where, "speed");
    assert_ok(yaml_read_real_list(yaml_get_key(root, "l"), 1e-3, list, 3, &n, &e), &e);
    assert_int_equal(n, 3);
    assert_close_array(list, ((const double[]){1e-3, 2.5e-3, -3e-3}), 3, 1e-15, 0);
    assert_status(yaml_read_real_list(yaml_get_key(root, "l"), 1, list, 2, &n, &e), ST_CONFIG, &e);
    assert_status(yaml_read_real_list(yaml_get_key(root, "bad"), 1, list, 3, &n, &e), ST_CONFIG, &e);
    assert_string_equal(e.where, "bad.1");
    assert_status(yaml_read_real_list(yaml_get_key(root, "r"), 1, list, 3, &n, &e), ST_CONFIG, &e);
    yaml_free(doc);
}

/* Places are reported from files as from text. */
static void reads_files(void **state)
{
    (void)state;
    struct yaml_doc *doc = NULL;
    struct err e;
    assert_status(yaml_read_file("/nonexistent.yaml", &doc, &e), ST_IO, &e);
    assert_null(doc);
    assert_ok(yaml_read_file("materials/data/magnets.yaml", &doc, &e), &e);
    assert_non_null(yaml_get_key(yaml_get_root(doc), "N42SH.Br20_T.value"));
    yaml_free(doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(builds_a_tree_with_places), cmocka_unit_test(refuses_what_is_ambiguous),
        cmocka_unit_test(survives_hostile_input),    cmocka_unit_test(limits_depth_and_width),
        cmocka_unit_test(sets_paths),                cmocka_unit_test(survives_every_failing_allocation),
        cmocka_unit_test(finds_the_nearest_name),    cmocka_unit_test(reads_scalars_strictly),
        cmocka_unit_test(reads_files),               cmocka_unit_test(survives_every_failing_allocation_in_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
