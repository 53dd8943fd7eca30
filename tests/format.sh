#!/usr/bin/env bash
# format.sh - rewrap the C lines that are longer than tests/style.sh allows, and only those, by clang-format and .clang-format.
# Run from the repository root: make format
set -eu
for f in $(find materials models solver tests -name '*.[ch]'); do
    for _ in 1 2 3; do # a wrapped line may leave a long rest
        lines=$(LC_ALL=C.UTF-8 grep -nP '^.{141,}' "$f" | sed 's/^\([0-9]*\):.*/--lines=\1:\1/') || true
        [ -n "$lines" ] || break
        echo "$f"
        # shellcheck disable=SC2086 # one argument a line, on purpose
        clang-format -i $lines "$f"
    done
done
