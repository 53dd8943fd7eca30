/* cli_help.c - the texts of `motrade help` and `motrade COMMAND --help`. At most 100 columns. */
#include "materials/base/status.h"
#include "solver/cli_impl.h"
#include <string.h>
#include "materials/base/banned.h"

static const struct { const char *command, *text; } PAGE[] = {
    {"compare",
     "Designs the best motor of every rotor technology that the study names, for one and the same\n"
     "requirement, and decides between them. Every key of the study, with unit, range and meaning:\n"
     "motrade schema study. What objectives and limits may be: motrade schema figures.\n"
     "\n"
     "writes to DIR\n"
     "  report.html               decision, fronts, maps, pictures, bills, scenarios; needs no network\n"
     "  result.json               all of it as figures, with inputs, units and conventions\n"
     "  designs.csv               every design on the fronts, a line each\n"
     "  margin_against_grams.csv  kelvin against grams of heavy rare earth, with search.margin_curve\n"
     "  ndfeb_dy.yaml, ...        the chosen motor of each technology, for motrade evaluate\n"
     "  study.db                  every design evaluated, for --resume\n"
     "\n"
     "example\n"
     "  motrade compare examples/01-traction-80kw/study.yaml --set requirement.peak_torque_Nm=300\n"
     "\n"
     "exit status 3: no technology meets the requirement; the page and the terminal say what binds\n"},
    {"evaluate",
     "Solves one given motor, from a template or as contours (CSV, DXF): a judged design (machine,\n"
     "requirement, duty, cooling, ...) or, with a section `field` in their place, a field case.\n"
     "Every key, with unit, range and meaning: motrade schema design.\n"
     "\n"
     "writes to DIR\n"
     "  report.html           the motor on one page; needs no network\n"
     "  result.json           every figure, event and loss, with inputs, units and conventions\n"
     "  flux_map.csv, .mat    linkages and torque over the currents (.mat: MATLAB v5, drive simulators)\n"
     "  efficiency_map.csv    currents, voltage and every loss of each cell (judged design)\n"
     "  waveforms.csv, harmonics.csv, gap_harmonics.csv (field case)\n"
     "  field.vtk             mesh and field, for ParaView\n"
     "\n"
     "example\n"
     "  motrade evaluate examples/02-prius-like/design.yaml --set machine.stack_mm=90\n"
     "\n"
     "exit status 3: the motor misses its requirement; all outputs are written before\n"},
    {"risk",
     "What supply risk costs given motors or bills of materials, by scenario and sourcing strategy.\n"
     "Every key, with unit, range and meaning: motrade schema risk.\n"
     "\n"
     "writes to DIR\n"
     "  report.html   costs, prices, outages, distributions, who wins when; needs no network\n"
     "  result.json   all of it as figures, with standard errors\n"
     "  risk.csv      a line for every motor, scenario and strategy\n"
     "\n"
     "example\n"
     "  motrade risk examples/09-risk/risk.yaml --set economics.destination=US\n"},
    {"calibrate",
     "Volatility, mean reversion and correlation of price series of your own, with standard errors, in\n"
     "the form of materials/data/market.yaml. Columns: date, material, price_USD_per_kg, source.\n"
     "Writes to standard output, or to the file that -o names.\n"
     "\n"
     "example\n"
     "  motrade calibrate examples/08-own-prices/prices.csv -o prices.yaml\n"},
    {"diff",
     "What changed between two result.json of evaluate (a judged motor), or two of compare: inputs, then\n"
     "every figure that differs in the digits shown. ~ marks a risk cost that moved by less than two\n"
     "standard errors.\n"
     "\n"
     "example\n"
     "  motrade diff out/02-prius-like/result.json out/longer/result.json\n"},
    {"materials",
     "Without NAME: everything that a file may name, by class. With NAME: value, unit, range, quality\n"
     "and source of every datum, and what follows from them over temperature. NAME may be an element\n"
     "(Dy): price, who makes it, concentration; or a class: magnets, steels, coolants, metals.\n"
     "\n"
     "example\n"
     "  motrade materials G48UH\n"},
    {"schema",
     "The JSON Schema of a file, for editors and validators (default: study); `figures`: the names that\n"
     "objectives, weights and limits of a search may take.\n"
     "\n"
     "example\n"
     "  motrade schema design > design.schema.json\n"},
};

const char *cli_help_get_command(const char *name)
{
    for (int k = 0; k < ARRAY_LEN(PAGE); k++)
        if (strcmp(PAGE[k].command, name) == 0)
            return PAGE[k].text;
    return NULL;
}

const char *cli_help_get_options(void)
{
    return "options\n"
           "  -o DIR             folder of the outputs (default: out/ and the file's name); calibrate: the file\n"
           "  --set PATH=VALUE   override a key, e.g. --set requirement.peak_torque_Nm=300 (may be repeated)\n"
           "  --jobs N           parallel workers (default: all processors); the result does not depend on it\n"
           "  --seed N           seed of every random stream (default: the study's)\n"
           "  --resume           reuse the designs of an earlier, interrupted run in the same folder\n"
           "\nenvironment\n"
           "  MOTRADE_DATA       folder of the material data (default: materials/data of the source tree)\n"
           "  MOTRADE_CHARTJS    the chart library of the report (default: where the system's package put it)\n"
           "\nexit status\n"
           "  0  done; evaluate: the motor meets its requirement\n"
           "  2  wrong usage or configuration: file, line, column, what was expected, the nearest valid key\n"
           "  3  the requirement cannot be met. compare: by no technology, with what binds; evaluate: by this\n"
           "     motor, with what it misses, after all its outputs are written\n"
           "  4  numerical failure\n"
           "  5  input or output, interruption\n";
}
