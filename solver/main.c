/* motrade - which rotor technology, at what torque, temperature and supply risk. See README.md. */
#include "solver/cli.h"

int main(int argc, char **argv)
{
    return cli_solve(argc, argv);
}
