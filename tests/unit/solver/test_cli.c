/* test_cli.c - what a user meets who makes a mistake: exit status, place in the file, what is wrong, what was expected, the nearest valid
 * name. Every case starts from a shipped example and changes one thing. */
#define _XOPEN_SOURCE 700
#include "tests/support/close.h"
#include "tests/support/program.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "materials/base/banned.h"

#define STUDY "examples/01-traction-80kw/study.yaml"
#define DESIGN "examples/02-prius-like/design.yaml"

/* small simulations: what is wrong does not depend on them */
#define QUICK "--set", "economics.scenarios=1000", "--set", "economics.scenarios_search=200"

static void check_said(const struct program_run *r, int exit_code, const char *what, const char *const *words, int n)
{
    int missing = -1;
    for (int k = 0; k < n && words[k] && missing < 0; k++)
        if (!strstr(r->err, words[k]))
            missing = k;
    if (r->exit_code == exit_code && missing < 0 && strchr(r->err, '\n'))
        return;
    fail_msg("%s: exit status %d, expected %d; missing '%s' in: %s", what, r->exit_code, exit_code, missing < 0 ? "" : words[missing],
             r->err);
}

/* ---- one fault in a file ---- */

struct edit {
    const char *old, *new_text;
    int column; /* of the fault after the edited place; -1: the fault is not there, and `place` is sought in the message instead */
    const char *says[3];
};

static void check_edits(struct program_fixture *f, const char *command, const char *from, const struct edit *edits, int n)
{
    const char *const judged[] = {command, f->file, "-o", f->out, QUICK, NULL}, *const field[] = {command, f->file, "-o", f->out, NULL};
    const char *const *args = strstr(from, "validation") ? field : judged; /* a field case has no economics to be made small */
    for (int k = 0; k < n; k++) {
        char place[160] = "";
        int line, column;
        if (!program_edit_file(from, edits[k].old, edits[k].new_text, f->file, &line, &column))
            fail_msg("'%s' is not in %s", edits[k].old, from);
        if (edits[k].old[0] == '\n') { /* a key at the margin */
            line++;
            column = 1;
        }
        if (edits[k].column >= 0)
            snprintf(place, sizeof place, "%s:%d:%d: wrong configuration: ", f->file, line, column + edits[k].column);
        else
            snprintf(place, sizeof place, "%s:", f->file);
        const char *words[] = {place, edits[k].says[0], edits[k].says[1], edits[k].says[2]};
        program_run(f->folder, args, &f->run);
        check_said(&f->run, 2, edits[k].new_text[0] ? edits[k].new_text : edits[k].old, words, 4);
        struct stat s;
        assert_int_not_equal(stat(f->out, &s), 0); /* nothing was begun */
    }
}

static void test_keys(void **state)
{
    static const struct edit EDITS[] = {
        {"peak_torque_Nm:", "peak_torqe_Nm:", 0, {"unknown key 'peak_torqe_Nm'", "nearest: peak_torque_Nm"}},
        {"\nsearch:", "\nserch:", 0, {"unknown key 'serch'", "nearest: search"}},
        {"  peak_power_kW: 80", "  ", -1, {"requirement: missing key 'peak_power_kW'", "Shaft power"}},
        {"\ndemagnetisation:", "\ndemagnetization:", 0, {"nearest: demagnetisation"}},
        {"airgap_mm:", "airgap_cm:", 0, {"unit of 'airgap_cm' should be mm: airgap_mm"}},
        {"peak_power_kW:", "peak_power_W:", 0, {"unit of 'peak_power_W' should be kW: peak_power_kW"}},
        {"airgap_mm:", "airgap:", 0, {"'airgap' should be mm: airgap_mm"}},
        {"  airgap_mm: 0.7", "  airgap_mm: 0.7\n  airgap_mm: 0.8", -1, {"key 'airgap_mm' stands twice"}},
    };
    check_edits(*state, "compare", STUDY, EDITS, ARRAY_LEN(EDITS));
}

static void test_values(void **state)
{
    static const struct edit EDITS[] = {
        {"airgap_mm: 0.7", "airgap_mm: thick", 0, {"requirement.airgap_mm: expected a number, got 'thick'"}},
        {"airgap_mm: 0.7", "airgap_mm: .nan", 0, {"expected a number, got '.nan'"}},
        {"airgap_mm: 0.7", "airgap_mm: nan", 0, {"expected a number, got 'nan'"}},
        {"airgap_mm: 0.7", "airgap_mm: inf", 0, {"expected a number, got 'inf'"}},
        {"airgap_mm: 0.7", "airgap_mm: 1e999", 0, {"expected a number, got '1e999'"}},
        {"airgap_mm: 0.7", "airgap_mm: 0.7 mm", 0, {"expected a number, got '0.7 mm'"}},
        {"airgap_mm: 0.7", "airgap_mm: 0,7", 0, {"expected a number, got '0,7'"}},
        {"airgap_mm: 0.7", "airgap_mm: \"0.7\"", 0, {"expected a number, got '0.7' in quotes"}},
        {"airgap_mm: 0.7", "airgap_mm:", 0, {"expected a number, got 'nothing'"}},
        {"airgap_mm: 0.7", "airgap_mm: [0.7]", 0, {"expected a number, got 'a list'"}},
        {"airgap_mm: 0.7", "airgap_mm: -1", 0, {"airgap_mm = -1 is out of range; expected 0.1 to 10 mm"}},
        {"slots: 48", "slots: 48.5", 0, {"machine.slots: expected a whole number, got '48.5'"}},
        {"slots: 48", "slots: 50", 0, {"50 slots, 8 poles", "nearest: 48 slots"}},
        {"event_peak_current: true", "event_peak_current: yes", 0, {"expected true or false, got 'yes'"}},
        {"study_date: 2026-10-01", "study_date: 2026-13-01", 0, {"expected an existing day YYYY-MM-DD, got '2026-13-01'"}},
        {"emissivity_pu: {value: 0.6, low: 0.1", "emissivity_pu: {value: 0.6, low: 0.7", 0, {"are not in order"}},
        {"weights_pu: [0.2, 0.2, 0.2, 0.4]", "weights_pu: [0.2, 0.2, 0.2, 0.5]", 0, {"4 weights with sum 1.1; expected 4 with sum 1"}},
        {"seed: 1", "seed: -1", 0, {"seed = -1 is out of range"}},
    };
    check_edits(*state, "compare", STUDY, EDITS, ARRAY_LEN(EDITS));
}

/* Temperatures against the materials that they meet. */
static void test_temperatures(void **state)
{
    static const struct edit STUDY_EDITS[] = {
        {"  inlet_degC: 65", "  inlet_degC: 148", 2, {"148.00 degC is outside the tables of water_glycol_50"}},
        {"  ambient_degC: 65", "  ambient_degC: -50", 2, {"cooling.ambient_degC: -50.0 degC is outside the data of", "(-40 to"}},
        {"  ambient_degC: 65", "  ambient_degC: 150", 2, {"150.0 degC is hotter than the limit of", "cannot be cooled with that"}},
        {"  map_magnet_degC: 120", "  map_magnet_degC: 220", 2, {"machine.map_magnet_degC: 220.0 degC is outside the data of"}},
    };
    static const struct edit DESIGN_EDITS[] = {
        {"  map_magnet_degC: 100",
         "  map_magnet_degC: 160",
         2,
         {"level.map_magnet_degC: 160.0 degC is outside the data of N42SH (-40 to 150"}},
        {"  ambient_degC: 65", "  ambient_degC: 150", 2, {"hotter than the limit of N42SH, 150 degC"}},
    };
    check_edits(*state, "compare", STUDY, STUDY_EDITS, ARRAY_LEN(STUDY_EDITS));
    check_edits(*state, "evaluate", DESIGN, DESIGN_EDITS, ARRAY_LEN(DESIGN_EDITS));
}

static void test_names(void **state)
{
    static const struct edit EDITS[] = {
        {"HD_1600", "HD_1700", 0, {"magnet 'HD_1700' is not in materials/data/magnets.yaml", "nearest: HD_1600"}},
        {"HD_1600", "N42SH", 0, {"'N42SH' is a grade of ndfeb_dy, not of ndfeb_hre_free"}},
        {"stator_steel: NO20-1200H", "stator_steel: NO20-1200", 0, {"steel 'NO20-1200' is not in", "nearest: NO20-1200H"}},
        {"wound_field:", "wound_fild:", 0, {"'wound_fild' is no rotor technology", "nearest: wound_field"}},
        {", gbd_faces: [gap, back, outer]", "", -1, {"technologies.ndfeb_gbd:", "gbd_faces must name the diffused faces"}},
        {"cooling: jacket", "cooling: jaket", 0, {"expected one of: jacket, oil_spray", "nearest: jacket"}},
        {"scenario: truce_lapses", "scenario: truce_laps", 0, {"scenario 'truce_laps' is not known", "nearest: truce_lapses"}},
        {"destination: JP", "destination: Japan", 0, {"expected two capital letters, e.g. JP"}},
        {"torque_per_litre_Nm", "torque_per_liter_Nm", 0, {"is no figure", "nearest: torque_per_litre_Nm"}},
        {"figure: efficiency_cycle_pct", "figure: efficiency_cycle", -1, {"is no figure", "nearest: efficiency_cycle_pct"}},
    };
    check_edits(*state, "compare", STUDY, EDITS, ARRAY_LEN(EDITS));
}

static void test_no_yaml(void **state)
{
    static const struct edit EDITS[] = {
        {"  airgap_mm:", "\tairgap_mm:", 0, {"not YAML", "tab"}},
        {"requirement:", "requirement: [", -1, {"not YAML", "expected ',' or ']'"}},
        {"requirement:", "requirement: &anchor", -1, {"anchor"}},
    };
    check_edits(*state, "compare", STUDY, EDITS, ARRAY_LEN(EDITS));
}

static void test_design_file(void **state)
{
    static const struct edit EDITS[] = {
        {"magnet: N42SH", "magnet: N42XX", 0, {"machine.materials.magnet: magnet 'N42XX' is not in", "nearest: N42"}},
        {"magnet_width_mm:", "magnet_width_m:", 0, {"unit of 'magnet_width_m' should be mm: magnet_width_mm"}},
        {"type: v", "type: w", 0, {"'w' is no rotor type: v, salient, surface, spoke, bread_loaf, double_v, delta or contour"}},
        {"mesh: medium", "mesh: tiny", 0, {"expected one of: coarse, medium, fine"}},
        {"\nlevel:", "\nlever:", 0, {"unknown key 'lever'", "nearest: level"}},
    };
    check_edits(*state, "evaluate", DESIGN, EDITS, ARRAY_LEN(EDITS));
}

/* ---- the field section ---- */

#define CASE(name) "examples/validation/" name ".yaml"

static void test_field_section(void **state)
{
    static const struct edit EDITS[] = {
        {"\nfield:", "\nfeild:", 0, {"unknown key 'feild'", "nearest: field"}},
        {"\nfield:", "\nlevel: {mesh: coarse}\nfield:", -1, {"level: has no place beside `field`"}},
        {"  mesh: medium", "  mash: medium", 2, {"field.mash: unknown key 'mash'", "nearest: mesh"}},
        {"mesh: medium", "mesh: tiny", 0, {"expected one of: coarse, medium, fine"}},
        {"  magnet_degC: 20", "  #", -1, {"field: missing key 'magnet_degC'", "depends on its temperature"}},
        {"magnet_degC: 20", "magnet_K: 293", 0, {"should be °C: magnet_degC"}},
        {"positions: 12}", "positions: 12, i_f_A: 3}", -1, {"field.no_load.i_f_A: this rotor has no field winding"}},
        {"positions: 12}", "positions: 1}", 0, {"field.no_load.positions: positions = 1 is out of range; expected 2 to 48"}},
        {"    i_d_A: [", "    i_D_A: [", 4, {"field.map.i_D_A: unknown key 'i_D_A'", "nearest: i_d_A"}},
        {"[-250, -200", "[-250, -260", 7, {"field.map.i_d_A.1: -260 A does not lie above -250 A before it"}},
        {"i_d_A: [-250, -200, -150, -100, -50, 0, 100]",
         "i_d_A: [-250, 0]",
         0,
         {"expected a list of 4 to 16 currents in amperes, ascending"}},
        {"[-250, -200, -150, -100, -50, 0, 100]", "[0, 10, 20, 30]", 1, {"the first i_d is 0 A; expected a value below 0"}},
        {"i_q_A: [0, 50", "i_q_A: [10, 50", 8, {"the first i_q is 10 A; expected 0"}},
        {"i_d_A: -125, i_q_A: 175",
         "i_d_A: -625, i_q_A: 175",
         0,
         {"field.load.points.2.i_d_A: -625 A lies beyond the map, -250 to 100 A; nearest: -250 A", "extend field.map.i_d_A"}},
        {"i_d_A: -125, i_q_A: 175", "i_d_A: -125, iq_A: 175", 13, {"unknown key 'iq_A'", "nearest: i_q_A"}},
        {"    positions: 24\n", "", -1, {"field.load: missing key 'positions'"}},
    };
    check_edits(*state, "evaluate", CASE("C1"), EDITS, ARRAY_LEN(EDITS));
}

static void test_field_parts(void **state)
{
    static const struct edit NOTHING[] = {
        {"  no_load: {positions: 12}", "", -1, {"field: nothing to solve; expected at least one of: no_load, map, load"}},
        {"no_load: {positions: 12}", "load: {positions: 12, points: []}", -1, {"a slotless stator carries no currents"}},
    };
    static const struct edit WOUND[] = {
        {", i_f_A: 14}", "}", -1, {"field.no_load: missing key 'i_f_A': a wound rotor needs its field current"}},
        {"  mesh: medium", "  mesh: medium\n  magnet_degC: 20", -1, {"field.magnet_degC: this rotor has no magnets"}},
        {"    i_f_A: [0, 5, 10, 14]\n", "", -1, {"field.map: missing key 'i_f_A'"}},
        {"i_q_A: 300, i_f_A: 14", "i_q_A: 300, i_f_A: 15", 12, {"15 A lies beyond the map, 0 to 14 A; nearest: 14 A"}},
    };
    static const struct edit POINTS[] = {
        {"points: [{i_d_A: -100, i_q_A: 150}]", "points: []", 0, {"field.load.points: expected a list of 1 to 12 points {i_d_A, i_q_A}"}},
        {"points: [{i_d_A: -100, i_q_A: 150}]", "points: [{i_d_A: -100}]", 9, {"missing key 'i_q_A'"}},
    };
    check_edits(*state, "evaluate", CASE("C3_slotless_lin"), NOTHING, ARRAY_LEN(NOTHING));
    check_edits(*state, "evaluate", CASE("C4"), WOUND, ARRAY_LEN(WOUND));
    check_edits(*state, "evaluate", CASE("D1"), POINTS, ARRAY_LEN(POINTS));
}

/* ---- wrong command lines ---- */

struct line { const char *args[8]; int exit_code; const char *says[3]; };

static void check_lines(struct program_fixture *f, const struct line *lines, int n)
{
    for (int k = 0; k < n; k++) {
        char what[256] = "";
        for (int q = 0; q < 8 && lines[k].args[q]; q++)
            snprintf(what + strlen(what), sizeof what - strlen(what), "%s ", lines[k].args[q]);
        program_run(f->folder, lines[k].args, &f->run);
        check_said(&f->run, lines[k].exit_code, what, lines[k].says, 3);
    }
}

static void test_usage(void **state)
{
    static const struct line LINES[] = {
        {{"compar", STUDY}, 2, {"unknown command 'compar'", "nearest: compare"}},
        {{"frobnicate"}, 2, {"unknown command 'frobnicate'", "`motrade help` lists them"}},
        {{"compare"}, 2, {"expected a file: motrade compare STUDY.yaml"}},
        {{"compare", STUDY, "extra"}, 2, {"one argument too many: 'extra'"}},
        {{"compare", STUDY, "--job", "2"}, 2, {"unknown option '--job'", "nearest: --jobs"}},
        {{"compare", STUDY, "--jobs", "0"}, 2, {"--jobs: expected a whole number from 1 to 256, got '0'"}},
        {{"compare", STUDY, "--jobs", "500"}, 2, {"--jobs: expected a whole number from 1 to 256, got '500'"}},
        {{"compare", STUDY, "--jobs", "two"}, 2, {"got 'two'"}},
        {{"compare", STUDY, "--jobs"}, 2, {"got 'nothing'"}},
        {{"compare", STUDY, "--seed", "-1"}, 2, {"--seed: expected a whole number from 0"}},
        {{"compare", STUDY, "-o"}, 2, {"-o needs a folder"}},
        {{"compare", STUDY, "--set", "foo"}, 2, {"--set needs path=value"}},
        {{"compare", STUDY, "--set", "requirement.peak_torqe_Nm=3"}, 2, {"--set:1:1: wrong configuration", "nearest: peak_torque_Nm"}},
        {{"compare", STUDY, "--set", "requirement.peak_torque_Nm=abc"}, 2, {"requirement.peak_torque_Nm: expected a number, got 'abc'"}},
        {{"compare", STUDY, "--set", "requirement.peak_torque_Nm.x=3"}, 2, {"the path goes below a single value"}},
        {{"compare", STUDY, "--jobs=two"}, 2, {"--jobs: expected a whole number", "got 'two'"}},
        {{"compare", STUDY, "--sede=3"}, 2, {"unknown option '--sede'", "nearest: --seed"}},
        {{"compare", DESIGN}, 2, {DESIGN ":", "is one given motor, not a study; it is for `motrade evaluate`"}},
        {{"evaluate", STUDY}, 2, {STUDY ":", "is a study, not one given motor; it is for `motrade compare`"}},
        {{"risk", STUDY}, 2, {"is a study, not a risk study", "`motrade compare`"}},
        {{"evaluate", "examples/09-risk/risk.yaml"}, 2, {"is a risk study, not one given motor", "`motrade risk`"}},
        {{"evaluate", DESIGN, "--seed", "3"}, 2, {"evaluate: takes no --seed", "`motrade help evaluate`"}},
        {{"evaluate", DESIGN, "--resume"}, 2, {"evaluate: takes no --resume"}},
        {{"diff", STUDY}, 2, {"expected two files: motrade diff BEFORE.json AFTER.json"}},
        {{"diff", STUDY, STUDY}, 2, {"no JSON: line 1"}},
        {{"materials", "--set", "a=b"}, 2, {"materials: takes no --set"}},
        {{"help", "compar"}, 2, {"unknown command 'compar'", "nearest: compare"}},
        {{"schema", "nothing"}, 2, {"no schema 'nothing'"}},
        {{"materials", "N42S"}, 2, {"no material 'N42S'", "nearest: N42SH"}},
    };
    check_lines(*state, LINES, ARRAY_LEN(LINES));
}

static void test_help(void **state)
{
    struct program_fixture *f = *state;
    static const char *const HELP[] = {"help", NULL}, *const NONE[] = {NULL}, *const VERSION[] = {"--version", NULL};
    program_run(f->folder, HELP, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_non_null(strstr(f->run.out, "motrade compare"));
    assert_non_null(strstr(f->run.out, "exit status"));
    program_run(f->folder, NONE, &f->run);
    assert_int_equal(f->run.exit_code, 2);
    assert_non_null(strstr(f->run.out, "motrade compare"));
    program_run(f->folder, VERSION, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_int_equal(strncmp(f->run.out, "motrade ", 8), 0);
}

/* The page of a command, asked for in both ways: the same, its own, no line wider than a terminal. */
static void test_command_help(void **state)
{
    struct program_fixture *f = *state;
    static const struct { const char *command, *says; } PAGE[] = {
        {"compare", "study.db"}, {"evaluate", "efficiency_map.csv"}, {"risk", "risk.csv"}, {"calibrate", "price_USD_per_kg"},
        {"materials", "motrade materials G48UH"}, {"schema", "figures"}, {"diff", "result.json"}};
    for (int k = 0; k < ARRAY_LEN(PAGE); k++) {
        const char *const asked[] = {"help", PAGE[k].command, NULL}, *const option[] = {PAGE[k].command, "--help", NULL};
        static char first[sizeof f->run.out];
        program_run(f->folder, asked, &f->run);
        assert_int_equal(f->run.exit_code, 0);
        memcpy(first, f->run.out, sizeof first);
        assert_non_null(strstr(first, PAGE[k].says));
        assert_non_null(strstr(first, "options: "));
        for (const char *line = first; *line; line += strcspn(line, "\n") + 1)
            assert_true(strcspn(line, "\n") <= 100);
        program_run(f->folder, option, &f->run);
        assert_string_equal(f->run.out, first);
    }
}

/* A class shows its own materials with what decides between them, and no others. */
static void test_material_class(void **state)
{
    struct program_fixture *f = *state;
    static const char *const MAGNETS[] = {"materials", "magnets", NULL}, *const METALS[] = {"materials", "metals", NULL};
    program_run(f->folder, MAGNETS, &f->run);
    assert_int_equal(f->run.exit_code, 0);
    assert_non_null(strstr(f->run.out, "Br 1.33 T, HcJ 1595 kA/m at 20 °C, to 150 °C, Dy + Tb 3.5 %"));
    assert_null(strstr(f->run.out, "M19_29GA"));
    program_run(f->folder, METALS, &f->run);
    assert_non_null(strstr(f->run.out, "shaft_steel"));
    assert_non_null(strstr(f->run.out, "aluminium"));
    assert_null(strstr(f->run.out, "N42SH"));
}

/* ---- files that cannot be read or written; root may write anywhere, so these are impossible for root too ---- */

static void test_files(void **state)
{
    struct program_fixture *f = *state;
    static const struct line LINES[] = {
        {{"compare", "no_such_study.yaml"}, 5, {"no_such_study.yaml", "No such file or directory"}},
        {{"compare", "examples"}, 5, {"Is a directory"}},
        {{"evaluate", DESIGN, "-o", DESIGN "/below"}, 5, {"cannot make folder", "Not a directory"}},
        {{"compare", STUDY, "-o", "/proc/nothing/here"}, 5, {"cannot make folder '/proc/nothing/here'"}},
    };
    check_lines(f, LINES, ARRAY_LEN(LINES));
    char path[160];
    snprintf(path, sizeof path, "%s/study.db", f->folder);
    FILE *db = fopen(path, "wb");
    assert_non_null(db);
    for (int k = 0; k < 200; k++)
        fputs("not a database, but long enough to look like one\n", db);
    fclose(db);
    const char *const args[] = {"compare", STUDY, "--resume", "-o", f->folder, QUICK, NULL}, *const words[] = {"study.db",
                                                                                                               "not a database"};
    program_run(f->folder, args, &f->run);
    check_said(&f->run, 5, "foreign study.db", words, 2);
}

/* A full disk behind standard output is seen, not taken for success. */
static void test_full_disk(void **state)
{
    struct program_fixture *f = *state;
    static const char *const ARGS[] = {"schema", "study", NULL}, *const SAYS[] = {"standard output", "No space left on device"};
    char path[160];
    snprintf(path, sizeof path, "%s/stdout", f->folder);
    unlink(path);
    assert_int_equal(symlink("/dev/full", path), 0);
    program_run(f->folder, ARGS, &f->run);
    unlink(path);
    check_said(&f->run, 5, "full disk", SAYS, ARRAY_LEN(SAYS));
}

/* ---- what cannot be met ---- */

static void test_impossible_rotor(void **state)
{
    struct program_fixture *f = *state;
    static const struct { const char *set, *says[2];
    } CASES[] = {
        {"machine.rotor.magnet_thickness_mm=16", {"magnet_fit: the iron under the magnet is", "mm; at least 1.000 mm are needed"}},
        {"machine.rotor.magnet_width_mm=30",
         {"bridge: the iron bridge between pocket and rotor surface is", "mm; at least 1.000 mm are needed"}},
        {"machine.stator.slot_width_b2_mm=20", {"tooth_width: the tooth at the slot bottom is", "mm; at least 1.000 mm are needed"}},
        {"machine.stator.slots=49", {"49 slots, 8 poles", "nearest: 48 slots"}},
    };
    for (int k = 0; k < ARRAY_LEN(CASES); k++) {
        const char *const args[] = {"evaluate", DESIGN, "--set", CASES[k].set, "-o", f->out, QUICK, NULL};
        program_run(f->folder, args, &f->run);
        check_said(&f->run, 3, CASES[k].set, CASES[k].says, 2);
    }
}

/* The example with one technology, in the fixture's file. */
static void write_one_technology(struct program_fixture *f)
{
    assert_true(program_edit_file(STUDY, "technologies:", "technologies:\n  ndfeb_dy: {magnets: [N42UH]}\nunused:", f->file, NULL, NULL));
    char *text = program_read_file(f->file, NULL), *from = text ? strstr(text, "\nunused:") : NULL,
         *to = text ? strstr(text, "\neconomics:") : NULL;
    assert_true(from && to && from < to);
    memmove(from, to, strlen(to) + 1);
    FILE *file = fopen(f->file, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    free(text);
}

/* No motor of this size gives 5000 N m: exit status 3, and the requirement is named for the technology. */
static void test_infeasible_requirement(void **state)
{
    struct program_fixture *f = *state;
    write_one_technology(f);
    const char *const args[] = {"compare",
                                f->file,
                                "-o",
                                f->out,
                                "--set",
                                "search.start_designs=16",
                                "--set",
                                "search.population=4",
                                "--set",
                                "search.generations=0",
                                QUICK,
                                "--set",
                                "machine.slots=24",
                                "--set",
                                "machine.coil_span_slots=3",
                                "--set",
                                "requirement.peak_torque_Nm=5000",
                                NULL};
    static const char *const SAYS[] = {"the requirement cannot be met", "ndfeb_dy: peak_torque"};
    program_run(f->folder, args, &f->run);
    check_said(&f->run, 3, "5000 N m", SAYS, 2);
}

/* The motor is feasible, only the study's own limit is not: the limit is named, and no requirement. */
static void test_impossible_limit(void **state)
{
    struct program_fixture *f = *state;
    write_one_technology(f);
    const char *const args[] = {"compare", f->file, "-o", f->out, QUICK,
                                "--set", "search.limits.0.min=99.9", "--set", "search.start_designs=32",
                                "--set", "search.population=8", "--set", "search.generations=0",
                                "--set", "search.generations_max=0", "--set", "requirement.peak_torque_Nm=100",
                                "--set", "requirement.peak_power_kW=30", "--set", "duty.peak.torque_Nm=100",
                                "--set", "duty.continuous.torque_Nm=20", NULL};
    static const char *const SAYS[] = {"the requirement cannot be met", "ndfeb_dy: efficiency_cycle_pct;"};
    program_run(f->folder, args, &f->run);
    check_said(&f->run, 3, "99.9 %", SAYS, 2);
}

/* ---- the files of a given motor ---- */

/* Columns of the efficiency map, in its own order. */
enum { MAP_SPEED_rpm, MAP_TORQUE_Nm, MAP_EFFICIENCY_pct, MAP_P_ELECTRIC_W = 7, MAP_P_MECH_W, MAP_FIRST_LOSS_W, MAP_COLUMNS = 20 };

/* In every cell P_electric = P_shaft + losses to the digits printed, no loss is negative, and the efficiency is theirs. Whole numbers, and
 * how far the torque may be off that asked for: tests/unit/solver/test_evaluate_map.c. */
static int check_cells(const char *text)
{
    int n = 0, is_heading_past = 0;
    for (const char *line = text; line && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL) {
        double v[MAP_COLUMNS], loss_W = 0.0;
        const char *at = line;
        if (*line == '#' || !is_heading_past) {
            is_heading_past |= *line != '#';
            continue;
        }
        for (int k = 0; k < MAP_COLUMNS; k++) {
            char *rest;
            v[k] = strtod(at, &rest);
            assert_true(rest > at && *rest == (k + 1 < MAP_COLUMNS ? ',' : '\n'));
            at = rest + 1;
        }
        for (int k = MAP_FIRST_LOSS_W; k < MAP_COLUMNS; k++) {
            assert_true(v[k] >= 0.0);
            loss_W += v[k];
        }
        assert_close(v[MAP_P_MECH_W], v[MAP_TORQUE_Nm] * v[MAP_SPEED_rpm] * 3.14159265358979324 / 30.0, 5e-4, 0.0);
        assert_close(v[MAP_P_ELECTRIC_W], v[MAP_P_MECH_W] + loss_W, 1e-8, 0.0);
        assert_close(v[MAP_EFFICIENCY_pct], 100.0 * v[MAP_P_MECH_W] / v[MAP_P_ELECTRIC_W], 1e-8, 0.0);
        n++;
    }
    return n;
}

/* The motor of example 02 misses two of its ratings: the files are written, the limits are named, the status says so. */
static void test_evaluate_files(void **state)
{
    struct program_fixture *f = *state;
    static const struct { const char *name, *holds; } FILES[] = {
        {"result.json", "\"backemf_line_peak_V\""},
        {"flux_map.csv", "\ni_d_A,i_q_A,lambda_d_Wb,lambda_q_Wb,torque_Nm"},
        {"waveforms.csv", "\nangle_el_deg,noload_lambda_a_Wb"},
        {"harmonics.csv", "\norder,emf_phase_V,emf_line_V,cogging_Nm,torque_Nm\n1,"},
        {"efficiency_map.csv", "\nspeed_rpm,torque_Nm,efficiency_pct"},
        {"flux_map.mat", "MATLAB 5.0 MAT-file"},
    };
    const char *const args[] = {"evaluate", DESIGN, "--set", "level.mesh=coarse", "-o", f->out, QUICK, NULL};
    static const char *const SAYS[] = {"the requirement cannot be met", "the motor misses: ", "peak power at the highest speed"};
    program_run(f->folder, args, &f->run);
    check_said(&f->run, 3, DESIGN, SAYS, ARRAY_LEN(SAYS));
    assert_non_null(strstr(f->run.out, "REQUIREMENTS"));
    for (int k = 0; k < ARRAY_LEN(FILES); k++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", f->out, FILES[k].name);
        char *text = program_read_file(path, NULL);
        if (!text || !strstr(text, FILES[k].holds))
            fail_msg("%s lacks '%s'; the program said: %s", path, FILES[k].holds, f->run.err);
        if (strcmp(FILES[k].name, "efficiency_map.csv") == 0)
            assert_true(check_cells(text) > 500);
        free(text);
    }
}

/* A motor that is drawn larger than its room, or with less gap, misses that; a hair's breadth of writing and reading does not count. */
static void test_room(void **state)
{
    struct program_fixture *f = *state;
    static const struct { const char *set, *row; } CASES[] = {
        {"requirement.stack_max_mm=80", "  stack, at most, mm "},
        {"requirement.stator_outer_diameter_mm=269", "  stator outer diameter, at most, mm "},
        {"requirement.airgap_mm=0.75", "  air gap, at least, mm "},
        {"requirement.airgap_mm=0.7300000001", NULL}};
    for (int k = 0; k < ARRAY_LEN(CASES); k++) {
        const char *const args[] = {"evaluate", DESIGN, "--set", "level.mesh=coarse", "--set", CASES[k].set, "-o", f->out, QUICK, NULL};
        program_run(f->folder, args, &f->run);
        assert_int_equal(strstr(f->run.err, "outer diameter, stack and air gap as given") != NULL, CASES[k].row != NULL);
        assert_non_null(strstr(f->run.out, CASES[k].row ? CASES[k].row : "  outer diameter, stack and air gap "));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_temperatures),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_no_yaml),
        cmocka_unit_test(test_design_file),
        cmocka_unit_test(test_field_section),
        cmocka_unit_test(test_field_parts),
        cmocka_unit_test(test_usage),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_command_help),
        cmocka_unit_test(test_material_class),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_impossible_rotor),
        cmocka_unit_test(test_infeasible_requirement),
        cmocka_unit_test(test_impossible_limit),
        cmocka_unit_test(test_evaluate_files),
        cmocka_unit_test(test_room),
    };
    return cmocka_run_group_tests(tests, program_set_up, program_tear_down);
}
