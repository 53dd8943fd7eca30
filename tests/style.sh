#!/usr/bin/env bash
# style.sh - what a reader must not meet: calls outside their one home, overlong functions and lines, state kept in files,
# NaN built by hand, paths of somebody's machine. Run from the repository root.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
max_function=80
max_line=140

if git rev-parse --is-inside-work-tree > /dev/null 2>&1; then
    git ls-files --cached --others --exclude-standard
else
    find . -type f -not -path './build/*' -not -path './out/*' -not -path './.git/*' | sed 's|^\./||'
fi | sort -u | while read -r f; do if [ -f "$f" ] && grep -qI . "$f"; then echo "$f"; fi; done > "$work/all"
grep -E '^(materials|models|solver)/.*\.[ch]$' "$work/all" > "$work/library"
grep -E '^(materials|models|solver|tests|examples)/.*\.[ch]$' "$work/all" > "$work/c"
[ -s "$work/library" ] || { echo "style.sh found no source; run it from the repository root"; exit 1; }
xargs awk -f tests/source_lines.awk < "$work/library" > "$work/code"
xargs awk -f tests/source_lines.awk < "$work/c" > "$work/code_and_tests"

# refuse WHY: the lines on stdin are faults; a file remembers them, because this runs at the end of pipes
refuse() {
    sed "s|\$|    <- $1|" > "$work/found"
    cut -c1-220 "$work/found" | tee -a "$work/faults"
}
call='(^|[^A-Za-z0-9_.>])' # so that json_free( is not free(

# calls outside their one home
grep -E "^[^:]+:[0-9]+:(.*[^A-Za-z0-9_])?(sprintf|vsprintf|strcpy|strcat|strtok|atoi|atol|atof|rand|srand|gets)[[:space:]]*\(" "$work/code_and_tests" |
    refuse "banned call (see materials/base/banned.h)"
grep -E "^[^:]+:[0-9]+:(.*$call)?(strtod|strtof|strtold|strtol|strtoul|strtoll|strtoull|sscanf|fscanf)[[:space:]]*\(" "$work/code" |
    grep -v '^materials/base/numtext.c:' | refuse "numbers are read by numtext.h"
grep -E "^[^:]+:[0-9]+:(.*$call)?(malloc|calloc|realloc|aligned_alloc|posix_memalign|free|strdup|strndup|alloca)[[:space:]]*\(" "$work/code" |
    grep -vE '^(materials/base/mem|solver/out_json)\.c:' | refuse "memory comes from mem.h (Jansson's text alone is freed by free)"
grep -E "^[^:]+:[0-9]+:(.*$call)?((exit|_Exit|_exit|abort|printf|vprintf|puts|putchar|perror)[[:space:]]*\(|v?fprintf[[:space:]]*\([[:space:]]*std|fput[sc][[:space:]]*\(.*,[[:space:]]*std)" "$work/code" |
    grep -vE '^solver/(main|cli[a-z_]*)\.c:' | refuse "library code neither prints nor exits"

# NaN and infinity
grep -E '0\.?0? */ *0\.0|0\.0 */ *0\b|[^A-Za-z0-9_]nan[fl]?\(|sqrt\(-1' "$work/code_and_tests" | refuse "no value is (double)NAN of <math.h>"
grep -P '(?<![\w.>\])])(\w+) ?[!=]= ?\1(?![\w.\[(]|->)' "$work/code_and_tests" | refuse "compare with isnan()"
grep -P '(?<!\(double\))\b(NAN|INFINITY)\b' "$work/code_and_tests" | refuse "write (double)NAN, and HUGE_VAL for infinity: these are floats"

# state in files; mem.c counts allocations for the tests, and the command line is the program itself
grep -P '^[^:]+:\d+:\s*(static|extern)\s+(?!const\b|inline\b|_Thread_local const\b)[^(]*(;|=|\[)' "$work/code" |
    grep -vP '^[^:]+:\d+:\s*static (const|[\w ]+\*\s?const)\b|\bconst\s+\w+(\[\w*\])*\s*(=|;)|\*const ' |
    grep -vE '^(materials/base/mem|solver/main|solver/cli[a-z_]*)\.c:' | refuse "no variables that outlive a call"
# Macros with arguments only for rows of tables: what they expand to is {...} or ends in a comma.
sed -z 's/\\\n[^:]*:[0-9]*:/ /g' "$work/code" | grep -P '^[^:]+:\d+:\s*#\s*define\s+\w+\(' |
    grep -vP 'define ((TRY|ARRAY_LEN|PRINTF_LIKE|\w+_LIST)\(|\w+\([^)]*\)\s*(\{|.*[,}]\s*$|(ROW|NODE|REAL|X|offsetof)\())' | refuse "no function-like macros"

# words
xargs grep -nE '\b(TODO|FIXME|XXX|HACK)\b' < "$work/c" | grep -vE '(TODO|FIXME)[^A-Za-z0-9]*#[0-9]+' | refuse "an open end needs an issue number: TODO #12"
grep -vE '^(tests/style\.sh|LICENSE)$' "$work/all" > "$work/texts"
xargs grep -nIE '(^|[^A-Za-z0-9_.])/(work|home|root|Users)/' < "$work/texts" | cut -c1-200 | refuse "a path of somebody's machine"
xargs grep -nIiE '(pypi|registry\.npmjs|crates|proxy\.golang|conda\.anaconda|hub\.docker)\.(org|io|com)' < "$work/texts" | cut -c1-200 |
    refuse "a host of a package registry: packages come from Debian"

# shape
xargs grep -nP '\t' < "$work/c" | refuse "tab"
xargs grep -nE ' +$' < "$work/c" | refuse "space at the end of a line"
LC_ALL=C.UTF-8 xargs grep -nP "^.{$((max_line + 1)),}" < "$work/c" | cut -c1-100 | refuse "line of more than $max_line characters"
xargs awk -v max=$max_function '
    FNR == 1 { start = 0 }
    /^\{/ { start = FNR }
    /^\}/ { if (start && FNR - start + 1 > max) print FILENAME ":" start ": " FNR - start + 1 " lines: " head; start = 0 }
    /^[A-Za-z].*\(/ { head = $0 }' < "$work/c" | refuse "function of more than $max_function lines"
for h in $(grep '\.h$' "$work/c"); do
    guard=$(echo "$h" | tr 'a-z/.' 'A-Z__')
    grep -q "^#ifndef $guard\$" "$h" && grep -q "^#define $guard\$" "$h" || echo "$h:1: expected the guard $guard"
done | refuse "include guard"

if [ -s "$work/faults" ]; then
    echo "style.sh: $(wc -l < "$work/faults") faults"
    exit 1
fi
echo "style.sh: $(wc -l < "$work/c") files, $(cat $(cat "$work/c") | wc -l) lines, no fault"
