#!/usr/bin/env bash
# run.sh - run test programs and scripts one after another, show all they print, run on after a failure, and say at the end
# which failed; before that the table of proof, where a test recorded a row of it. Usage: bash tests/run.sh PROGRAM... ; run from the repository root.
set -u
export OPENBLAS_NUM_THREADS=1
export ASAN_OPTIONS="${ASAN_OPTIONS:-allocator_may_return_null=1:detect_stack_use_after_return=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"

proof="${MOTRADE_BUILD:-build/release}/proof.tsv" # rows of the table of proof, see tests/support/proof.h
rm -f "$proof"
failed=()
n=0
start=$SECONDS
for t in "$@"; do
    n=$((n + 1))
    echo "== $t"
    case "$t" in
        *.sh) bash "$t" ;;
        *) "$t" ;;
    esac
    status=$?
    if [ $status -ne 0 ]; then
        echo "== $t: FAILED, exit status $status"
        failed+=("$t")
    fi
done

bash tests/proof.sh "$proof"
echo
if [ $n -eq 0 ]; then
    echo "run.sh: no test was given"
    exit 1
fi
if [ ${#failed[@]} -eq 0 ]; then
    echo "All $n test programs passed in $((SECONDS - start)) s."
    exit 0
fi
echo "${#failed[@]} of $n test programs FAILED in $((SECONDS - start)) s:"
printf '  %s\n' "${failed[@]}"
exit 1
