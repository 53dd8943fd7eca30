#!/usr/bin/env bash
# readme_proof.sh - put the table of proof of the last `make verify` into README.md, between its two marks. Run from the repository root.
set -euo pipefail
proof="${MOTRADE_BUILD:-build/release}/proof.tsv"
[ -s "$proof" ] || { echo "readme_proof.sh: no $proof; run make verify first" >&2; exit 1; }
table=$(mktemp)
page=$(mktemp)
trap 'rm -f "$table" "$page"' EXIT
bash tests/proof.sh "$proof" markdown > "$table"
awk -v table="$table" '
/^<!-- end of proof -->/ { while ((getline line < table) > 0) print line; is_inside = 0 }
!is_inside
/^<!-- proof:/ { is_inside = 1 }' README.md > "$page"
cat "$page" > README.md
