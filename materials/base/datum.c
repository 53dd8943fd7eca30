#include "materials/base/datum.h"

static const char *const QUALITY_TEXT[QUALITY_COUNT] = {"datasheet", "paper", "derived", "assumed"};

const char *datum_get_quality_text(enum quality q) { return QUALITY_TEXT[q]; }
