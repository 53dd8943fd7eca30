/* banned.h - include after the system headers: these calls are compile errors outside their one home. */
#ifndef MATERIALS_BASE_BANNED_H
#define MATERIALS_BASE_BANNED_H
#pragma GCC poison sprintf vsprintf strcpy strcat strtok atof atoi atol rand srand gets
#endif
