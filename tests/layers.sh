#!/usr/bin/env bash
# layers.sh - includes run one way only: solver -> models -> materials -> materials/base, and inside models/ along the table
# below. Run from the repository root.
set -u
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Who may include whom, beside itself, its own layer's floor and materials: one line per module. What a module may include, its
# users may include too. models/evaluate* may include every model; the other files of models/ none but requirement, result and these.
cat > "$work/allowed" <<'TABLE'
num
machine
winding   machine
mesh      machine
field     mesh num winding
loss      field mesh
waveform  field winding
demag     field mesh
mech      field mesh
operate   field loss winding
case      operate waveform
thermal   num machine
bom       machine
sens      field loss demag thermal mech bom num winding machine
risk      machine num
TABLE

find materials models solver -name '*.[ch]' | sort > "$work/files"
# file line target, for quoted and for system includes
xargs grep -nE '^[[:space:]]*#[[:space:]]*include' < "$work/files" |
    sed -nE 's/^([^:]+):([0-9]+):[^<"]*["<]([^">]+)([">]).*/\1 \2 \3 \4/p' > "$work/includes"

awk -v table="$work/allowed" -v edges="$work/edges" '
function dir_of(path) { sub(/\/[^\/]*$/, "", path); return path }
function fail(why) { print $1 ":" $2 ": includes " $3 ": " why; bad = 1 }
function may(a, b) { return a == b || ((a, b) in allowed) }
BEGIN {
    while ((getline line < table) > 0) {
        n = split(line, w, " ")
        known[w[1]] = 1
        for (i = 2; i <= n; i++) allowed[w[1], w[i]] = 1
    }
    for (k in known) for (i in known) for (j in known) # closure
        if (((i, k) in allowed) && ((k, j) in allowed)) allowed[i, j] = 1
}
$4 == ">" {
    from = dir_of($1)
    if ($3 ~ /^(cblas|lapacke|lapack|openblas)[^\/]*\.h$/ && from != "models/num" && from != "models/risk" && from != "solver/optimise")
        fail("BLAS and LAPACK belong to models/num, models/risk and solver/optimise")
    if ($3 == "yaml.h" && from != "materials/base") fail("libyaml belongs to materials/base")
    if ($3 == "sqlite3.h" && $1 !~ /^solver\/archive/) fail("SQLite belongs to solver/archive")
    if ($3 == "jansson.h" && from != "solver") fail("Jansson belongs to solver")
    next
}
{
    from = dir_of($1); to = dir_of($3)
    if ($3 !~ /^(materials|models|solver)\//) { fail("write the path from the root, below materials/, models/ or solver/"); next }
    if (system("test -f " $3) != 0) { fail("there is no such file"); next }
    if ($3 ~ /\.c$/) { fail("a .c file is never included"); next }
    if ($3 ~ /_impl\.h$/ && from != to) { fail("an _impl.h is private to its folder"); next }
    if (to == from || to == "materials/base") next
    if (from == "materials/base") { fail("the floor stands on nothing"); next }
    if (from == "materials") { fail("materials/ stands on materials/base/ only"); next }
    if (from == "solver/optimise" && to == "models/num") next
    if (from == "solver/optimise") { fail("the optimiser knows nothing of motors"); next }
    if (from ~ /^models/ && to ~ /^solver/) { fail("models/ never includes solver/"); next }
    if (from == "solver" || to == "materials") next
    if (from == "models") {
        print "top " to > edges
        if ($1 !~ /^models\/evaluate[^\/]*$/) fail("only models/evaluate* knows the other models")
        next
    }
    a = from; b = to; sub(/^models\/?/, "", a); sub(/^models\/?/, "", b)
    print a " " (b == "" ? "top" : b) > edges
    if (!(a in known)) fail("tests/layers.sh does not know the module " from)
    else if (b == "") fail("only solver/ and models/*.c may include the top of models/")
    else if (!may(a, b)) fail("models/" a " does not stand on models/" b)
}
END { exit bad }
' "$work/includes"
status=$?

if [ -s "$work/edges" ] && ! sort -u "$work/edges" | tsort > /dev/null 2> "$work/loop"; then
    echo "modules of models/ include each other in a circle:"
    cat "$work/loop"
    status=1
fi

n=$(wc -l < "$work/includes")
[ "$n" -gt 0 ] || { echo "layers.sh found no include at all; run it from the repository root"; exit 1; }
[ $status -eq 0 ] && echo "layers.sh: $n includes of $(wc -l < "$work/files") files keep their direction"
exit $status
