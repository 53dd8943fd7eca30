#!/usr/bin/env bash
# refs.sh - every source that is cited can be looked up: a key in a comment as [KEY], [KEY eq. 3], `key KEY` or `keys A, B`, a word like
# AUTHOR1999 anywhere in a source or data file, and every `source: KEY` in YAML must stand in materials/data/refs.yaml or refs_supply.yaml, once, with
# a text, and in alphabetical order. Run from the repository root.
set -u
export LC_ALL=C
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
refs="materials/data/refs.yaml materials/data/refs_supply.yaml"

awk '
FNR == 1 { last = ""; key = "" }
/^[A-Za-z0-9_]+:/ {
    key = $1; sub(/:.*/, "", key)
    print key
    if (key in seen) { print FILENAME ":" FNR ": " key " stands in " seen[key] " too" > "/dev/stderr"; bad = 1 }
    if (key < last) { print FILENAME ":" FNR ": " key " comes after " last "; keep the alphabet" > "/dev/stderr"; bad = 1 }
    seen[key] = FILENAME ":" FNR; last = key
}
/^  text: / { if ($0 ~ /^  text: ".+"$/) text[key] = 1 }
END {
    for (k in seen) if (!(k in text)) { print seen[k] ": " k " has no text" > "/dev/stderr"; bad = 1 }
    exit bad
}' $refs > "$work/keys" || status=1

# comments of the sources, one line of text each: file:line:text
find materials models solver tests -name '*.[ch]' | sort | xargs awk '
FNR == 1 { inside = 0 }
{
    rest = $0; text = ""
    while (rest != "") {
        if (inside) {
            end = index(rest, "*/")
            if (end) { text = text " " substr(rest, 1, end - 1); rest = substr(rest, end + 2); inside = 0 }
            else { text = text " " rest; rest = "" }
        } else {
            start = index(rest, "/*")
            if (!start) break
            rest = substr(rest, start + 2); inside = 1
        }
    }
    if (text != "") print FILENAME ":" FNR ":" text
}' > "$work/comments"

name='[A-Z][A-Z0-9_]{3,}'
{
    # in brackets, but no index of an array: nothing of a name stands before the bracket
    grep -oP "(^[^:]+:\d+:)|(?<![A-Za-z0-9_\])])\[\K$name(?=[],; ])" "$work/comments"
    # key KEY, keys KEY, KEY and KEY
    grep -oP "(^[^:]+:\d+:)|\bkeys? $name(, $name)*( and $name)?" "$work/comments" | sed -E 's/^keys? //; s/(, | and )/\n/g'
    # AUTHOR1999, REPORT_TM2013_498 wherever it stands in a source, data file or example
    find materials models solver tests examples -name '*.[ch]' -o -name '*.yaml' | sort |
        xargs grep -noP '\b[A-Z][A-Z_]{2,}(18|19|20)\d\d(_[A-Z0-9]+)*(?![A-Za-z0-9_])' | sed -E 's/:([A-Z_0-9]+)$/:\n\1/'
    find materials/data examples -name '*.yaml' | sort |
        xargs grep -nPo '\bsource: *"?\K[^,"}\s]+' | sed -E 's/^([^:]+:[0-9]+:)/\1\n/'
    find materials/data examples -name '*.yaml' | sort |
        xargs grep -nPo '\bsources: *\[\K[^]]*' | sed -E 's/^([^:]+:[0-9]+:)/\1\n/; s/, */\n/g'
} | awk '/:[0-9]+:$/ { place = $0; next } { print place " " $0 }' | sort -u > "$work/cited"

awk -v keys="$work/keys" '
BEGIN { while ((getline k < keys) > 0) known[k] = 1 }
!($2 in known) { print $1 " " $2 " is not in the reference lists"; bad = 1 }
{ n++; used[$2] = 1 }
END {
    if (n < 100) { print "refs.sh found only " n " citations; run it from the repository root"; bad = 1 }
    exit bad
}' "$work/cited" || status=1

[ $status -eq 0 ] && echo "refs.sh: $(wc -l < "$work/cited") citations, each of the $(wc -l < "$work/keys") references has a text"
exit $status
