/* datum.h - a number with its provenance: value, range where it is uncertain, quality, source key.
 * In YAML: {value: 1.35, low: 1.33, high: 1.37, quality: datasheet, source: ARNOLD_N45SH}; low/high may be absent (= value).
 * Source keys resolve in materials/data/refs.yaml; an unknown key is refused when a library is loaded. */
#ifndef MATERIALS_BASE_DATUM_H
#define MATERIALS_BASE_DATUM_H

enum quality { QUALITY_DATASHEET, QUALITY_PAPER, QUALITY_DERIVED, QUALITY_ASSUMED, QUALITY_COUNT };

struct datum {
    double value, low, high; /* SI; low <= value <= high */
    enum quality quality;
    char source[48];
};

const char *datum_get_quality_text(enum quality q);

#endif
