#!/usr/bin/env bash
# proof.sh - the table of proof from the rows that the tests recorded (tests/support/proof.h), for a terminal or, as in README.md, in markdown.
# Usage: bash tests/proof.sh FILE [markdown]
# Exit status 0 whatever the rows say: the tests judge, this prints.
set -u
[ -s "$1" ] || exit 0
LC_ALL=C awk -F '\t' -v markdown="${2:-}" '
BEGIN { split("closed form,independent finite elements,published finite elements,measurement,energy", title, ",") }
{
    key = $1 FS $2 FS $3
    if (!(key in row)) order[++n] = key
    row[key] = $0
}
function fit(text, w) { return sprintf("%-" w "s", text) }
function bar(r,    c, line) { for (c = 1; c <= 6; c++) line = line "| " (r ? cell[r, c] : h[c]) " "; return line "|" }
function print_markdown(    g, k, is_first) {
    for (g = 0; g < 5; g++) {
        is_first = 1
        for (k = 1; k <= n; k++) {
            if (group[k] != g) continue
            if (is_first) print "\n**" title[g + 1] "**\n\n" bar(0) "\n|---|---|---|---|---|---|"
            is_first = 0
            sub(/^FALLS SHORT/, "**falls short**", cell[k, 5])
            print bar(k)
        }
    }
    print ""
    for (k = 1; k <= n_short; k++) print "[" k "] " note[k] "  "
    print "\n" n_met + 0 " met, " n_short + 0 " fall short."
}
END {
    head = "quantity\tcase\twanted\tmeasured\t\tsource"
    split(head, h, "\t")
    for (c = 1; c <= 6; c++) width[c] = length(h[c])
    for (k = 1; k <= n; k++) {
        split(row[order[k]], f, "\t")
        cell[k, 1] = f[2]; cell[k, 2] = f[3]; cell[k, 3] = f[8] == "-" ? "-" : f[4] " " f[5] " " f[7]; cell[k, 4] = f[6] " " f[7]
        cell[k, 5] = f[8]; cell[k, 6] = f[9]; group[k] = f[1]
        if (f[8] == "FALLS SHORT") { note[++n_short] = f[2] ", " f[3] ": " f[10]; cell[k, 5] = f[8] " [" n_short "]" }
        n_met += f[8] == "met"
        for (c = 1; c <= 6; c++) if (length(cell[k, c]) > width[c]) width[c] = length(cell[k, c])
    }
    if (markdown) { print_markdown(); exit }
    total = 10
    for (c = 1; c <= 6; c++) total += width[c]
    rule = sprintf("%" total "s", ""); gsub(/ /, "-", rule)
    print "\nPROOF\n" rule
    for (c = 1; c <= 6; c++) printf "%s%s", fit(h[c], width[c]), c < 6 ? "  " : "\n"
    for (g = 0; g < 5; g++) {
        is_first = 1
        for (k = 1; k <= n; k++) {
            if (group[k] != g) continue
            if (is_first) print rule "\n" title[g + 1]
            is_first = 0
            for (c = 1; c <= 6; c++) printf "%s%s", fit(cell[k, c], width[c]), c < 6 ? "  " : "\n"
        }
    }
    print rule
    for (k = 1; k <= n_short; k++) print "[" k "] " note[k]
    print n_met + 0 " met, " n_short + 0 " fall short."
}' "$1" | sed 's/ *$//'
