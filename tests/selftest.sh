#!/usr/bin/env bash
# selftest.sh - the checks must be able to fail: put one fault at a time into a copy of the tree and see that the script names
# the file. Run from the repository root.
set -u
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/tree"
cp -r materials models solver tests examples "$work/tree"
cd "$work/tree" || exit 1
missed=0
n=0

# fault SCRIPT FILE TEXT: with TEXT appended to FILE, SCRIPT must fail and name FILE at a line beyond its old end
fault() {
    local end
    n=$((n + 1))
    end=$(wc -l < "$2")
    cp "$2" "$work/keep"
    printf '%s\n' "$3" >> "$2"
    if bash "tests/$1" > "$work/out" 2>&1 ||
        ! awk -v file="$2" -v end="$end" -F: '$1 == file && $2 > end { found = 1 } END { exit !found }' "$work/out"; then
        echo "tests/$1 does not see in $2: $3"
        missed=$((missed + 1))
    fi
    cp "$work/keep" "$2"
}

num=models/num/band.c
for include in '"solver/study.h"' '"models/machine/machine.h"' '<sqlite3.h>' '<yaml.h>'; do
    fault layers.sh $num "#include $include"
done
fault layers.sh materials/magnet.c '#include "models/num/band.h"'
fault layers.sh materials/base/mem.c '#include "materials/magnet.h"'
fault layers.sh models/bom/bom.h '#include <cblas.h>'
fault layers.sh solver/optimise/cover.c '#include "models/mesh/mesh.h"'
fault layers.sh models/mesh/mesh.h '#include "models/field/field.h"'
fault layers.sh models/mesh/mesh.h '#include "models/mech/stress_impl.h"'
fault layers.sh models/mesh/mesh.h '#include "../num/band.h"'
fault layers.sh models/mesh/mesh.h '#include "models/num/band.c"'
fault layers.sh models/mesh/mesh.h '#include "models/num/no_such.h"'

fault style.sh $num 'static int f(const char *s) { return atoi(s); }'
fault style.sh $num 'static double f(const char *s) { return strtod(s, NULL); }'
fault style.sh $num 'static void *f(void) { return malloc(3); }'
fault style.sh $num 'static void f(void) { exit(3); }'
fault style.sh $num 'static void f(void) { printf("x"); }'
fault style.sh $num 'static void f(void) { fprintf(stderr, "x"); }'
fault style.sh $num 'static int count;'
fault style.sh $num 'static double table[3] = {1};'
fault style.sh $num 'static double f(void) { return 0.0 / 0.0; }'
fault style.sh $num 'static int f(double x) { return x != x; }'
fault style.sh $num 'static double f(void) { return NAN; }'
fault style.sh $num '#define SQUARE(x) ((x) * (x))'
fault style.sh $num "/* TO""DO later */"
fault style.sh $num $'\tint x;'
fault style.sh $num 'int x; '
fault style.sh $num "/* https://py""pi.org/x */"
fault style.sh $num "/* see /ho""me/me/x */"
fault style.sh $num "$(printf '/* %0150d */' 1)"
fault style.sh $num "$(printf 'static void f(void)\n{\n'; for _ in $(seq 80); do echo '    ;'; done; echo '}')"

fault refs.sh $num '/* after ''NOBODY1899 eq. 3 */'
fault refs.sh $num '/* see [''NO_SUCH_KEY ch. 2] */'
fault refs.sh $num '/* as in keys BERTOTTI1988 and ''NO_SUCH_KEY */'
fault refs.sh materials/data/steels.yaml '# {value: 1, source: ''NO_SUCH_KEY}'
fault refs.sh materials/data/refs.yaml $'ZZ_WITHOUT_TEXT:\n  link: ""'

fault units.sh models/bom/bom.h 'struct zz { double weight_lb; };'
fault units.sh models/bom/bom.h 'struct zz { double a_kg, speed; };'
fault units.sh models/bom/bom.h 'void f(const double *force, int n);'
fault units.sh models/bom/bom.h 'void f(int n, double speed_rpm);'
fault units.sh models/bom/bom.h 'void f(double x_m, int n, double price_EUR_per_kg);'

[ $missed -eq 0 ] && echo "selftest.sh: $n faults put in, every one found"
[ $missed -eq 0 ]
