#!/usr/bin/env bash
# examples.sh - run every study of examples/; evaluate every given motor, the cases of examples/validation among them, at the level of their
# files. Minutes. Run from the repository root.
set -u
program=${MOTRADE_BUILD:-build/release}/motrade
status=0
n=0
for study in examples/[0-9]*/study.yaml; do
    [ -f "$study" ] || continue
    n=$((n + 1))
    folder=$(dirname "$study")
    out=out/examples/$(basename "$folder")
    echo "-- $study"
    if ! "$program" compare "$study" -o "$out"; then
        status=1
        continue
    fi
    [ -s "$out/result.json" ] || { echo "$out/result.json is missing"; status=1; }
    [ -s "$out/report.html" ] || { echo "$out/report.html is missing"; status=1; }
done
for design in examples/[0-9]*/design.yaml examples/validation/*.yaml; do
    [ -f "$design" ] || continue
    n=$((n + 1))
    out=out/examples/$(echo "${design#examples/}" | sed 's|/design.yaml$||; s|\.yaml$||')
    echo "-- $design"
    mkdir -p "$out"
    "$program" evaluate "$design" -o "$out" > "$out/terminal.txt" 2>&1
    code=$?
    if [ $code -ne 0 ] && [ $code -ne 3 ]; then # 3: the motor misses its requirement, all outputs written
        cat "$out/terminal.txt"
        status=1
    fi
    for file in result.json report.html field.vtk; do
        [ -s "$out/$file" ] || { echo "$out/$file is missing"; status=1; }
    done
done
[ $n -gt 0 ] || { echo "examples.sh found no example; run it from the repository root"; exit 1; }
exit $status
