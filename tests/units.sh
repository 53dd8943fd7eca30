#!/usr/bin/env bash
# units.sh - every double that crosses a public header says its unit: members and parameters end in a suffix of the table in
# materials/base/units.c whose factor to SI is 1, or stand in tests/units.allow with the reason. Exempt are the folders that
# are plain mathematics (materials/base, models/num, solver/optimise, three headers of models/risk). Run from the repository root.
set -u
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sed -nE 's/^ *\{"([^"]+)", *"[^"]*", *([^,]+), *([^,]+),.*/\1 \2 \3/p' materials/base/units.c > "$work/units"
find materials models solver -name '*.h' -not -name '*_impl.h' -not -path 'materials/base/*' -not -path 'models/num/*' \
    -not -path 'solver/optimise/*' | grep -vE '^models/risk/(analytic|covariance|vexp)\.h$' | sort > "$work/headers"
[ -s "$work/units" ] && [ -s "$work/headers" ] || { echo "units.sh found no table or no header; run it from the repository root"; exit 1; }

# one declared double a line: file line name
xargs awk -f tests/source_lines.awk < "$work/headers" | awk '
function flush_all(   n, i, piece, name, part) {
    # text = what follows "double" up to ; or ) or {
    n = split(text, part, ",")
    for (i = 1; i <= n; i++) {
        piece = part[i]
        gsub(/\[[^\]]*\]/, "", piece)
        gsub(/\*/, " ", piece)
        gsub(/(^|[^A-Za-z0-9_])(const|restrict)([^A-Za-z0-9_]|$)/, " ", piece)
        gsub(/^[ ]+|[ ]+$/, "", piece)
        if (piece !~ /^[A-Za-z_][A-Za-z0-9_]*$/) break # the next parameter begins with another type
        print file, line_no, piece
    }
}
{
    split($0, head, ":")
    file_now = head[1]; number = head[2]
    code = substr($0, length(file_now) + length(number) + 3)
    if (code ~ /^[{]/) in_body = 1 # of an inline function; structs open on their first line
    if (code ~ /^[}]/) in_body = 0
    if (in_body || code ~ /^[ ]*#/) next
    while (code != "") {
        if (!open) {
            if (!match(code, /(^|[^A-Za-z0-9_])double([^A-Za-z0-9_]|$)/)) break
            code = substr(code, RSTART + RLENGTH - (substr(code, RSTART + RLENGTH - 1, 1) ~ /[*]/))
            open = 1; text = ""; file = file_now; line_no = number
        }
        if (match(code, /[;(){]|(^|[^A-Za-z0-9_])double[^A-Za-z0-9_]/)) {
            stop = substr(code, RSTART, 1)
            text = text substr(code, 1, RSTART - 1)
            if (stop != "(") flush_all() # a function that returns double is named by its verb
            open = 0
            code = substr(code, RSTART + (stop ~ /[;(){]/))
        } else { text = text " " code; code = "" }
    }
}' > "$work/doubles"

awk -v table="$work/units" '
FILENAME == table { factor[$1] = $2; offset[$1] = $3; next }
FILENAME == "tests/units.allow" {
    if ($0 ~ /^#/ || !NF) next
    if (NF < 2) { print "tests/units.allow: " $1 " has no reason"; bad = 1 }
    allow["^(" $1 ")$"] = 1
    next
}
function is_allowed(name,   a) { for (a in allow) if (name ~ a) return 1; return 0 }
{
    name = $3; n++
    if (is_allowed(name)) next
    best = ""
    for (s in factor)
        if (length(s) > length(best) && (name == s || (length(name) > length(s) && substr(name, length(name) - length(s)) == "_" s)))
            best = s
    before = substr(name, 1, length(name) - length(best))
    if (best == "" || before ~ /_per_$/) { print $1 ":" $2 ": double " name " names no known unit"; bad = 1 }
    else if (factor[best] != "1" || offset[best] != "0") { print $1 ":" $2 ": double " name " is not SI: " best; bad = 1 }
}
END {
    if (!n) { print "units.sh found no double"; bad = 1 }
    if (!bad) print "units.sh: " n " doubles of public headers carry their unit"
    exit bad
}' "$work/units" tests/units.allow "$work/doubles"
