#!/usr/bin/env bash
# run.sh - run test programs and scripts, one a core (MOTRADE_TEST_JOBS), show all they print in the order given, run on after a failure, and say
# at the end which failed; before that the table of proof, where a test recorded a row of it. Usage: bash tests/run.sh PROGRAM... ; run from
# the repository root.
set -u
export OPENBLAS_NUM_THREADS=1
export ASAN_OPTIONS="${ASAN_OPTIONS:-allocator_may_return_null=1:detect_stack_use_after_return=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"

jobs="${MOTRADE_TEST_JOBS:-$(nproc 2>/dev/null || echo 2)}"
proof="${MOTRADE_BUILD:-build/release}/proof.tsv" # rows of the table of proof, see tests/support/proof.h
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
start=$SECONDS

run_one() { # number, test: output, rows of proof and exit status go to files of that number
    export MOTRADE_PROOF="$work/$1.proof"
    case "$2" in
        *.sh) bash "$2" ;;
        *) "$2" ;;
    esac > "$work/$1.out" 2>&1 < /dev/null
    echo $? > "$work/$1.tmp"
    mv "$work/$1.tmp" "$work/$1.status"
}

failed=()
shown=0
tests=("$@")
show_finished() { # those whose turn it is
    while [ -f "$work/$shown.status" ]; do
        local t="${tests[$shown]}" status
        status=$(cat "$work/$shown.status")
        echo "== $t"
        cat "$work/$shown.out"
        if [ "$status" -ne 0 ]; then
            echo "== $t: FAILED, exit status $status"
            failed+=("$t")
        fi
        shown=$((shown + 1))
    done
}

n=${#tests[@]}
for ((k = 0; k < n; k++)); do
    [ "$(jobs -rp | wc -l)" -lt "$jobs" ] || wait -n
    show_finished
    run_one "$k" "${tests[$k]}" &
done
wait
show_finished

if compgen -G "$work/*.proof" > /dev/null; then
    for ((k = 0; k < n; k++)); do cat "$work/$k.proof" 2>/dev/null; done > "$proof"
    bash tests/proof.sh "$proof"
fi
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
