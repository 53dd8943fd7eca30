/* machine_yaml.c - one machine from its maps, beyond what the tables of machine_rows.c read: names of materials, bars. */
#include "models/machine/machine_yaml_impl.h"
#include "models/machine/bars.h"
#include "models/machine/contour.h"
#include "materials/base/units.h"
#include <math.h>
#include <string.h>
#include "materials/base/banned.h"

/* Thickness, interference and material of a sleeve belong together. */
static enum status read_sleeve(struct machine_doc *d, const struct matlib *lib, struct err *e)
{
    const struct yaml_node *material = yaml_get_key(d->materials, "sleeve");
    struct rotor_surface *s = &d->m.surface;
    const int is_used = d->m.rotor_type == ROTOR_SURFACE && s->sleeve_m > 0.0;
    if (!is_used && material)
        return yaml_fail(material, e, "a material of a sleeve, but no sleeve_mm of surface magnets");
    if (is_used && !material)
        return yaml_fail(d->materials, e, "missing key 'sleeve': the rotor has a sleeve of %.2f mm", 1e3 * s->sleeve_m);
    if (is_used && !(s->sleeve_interference_m >= 0.0))
        return yaml_fail(d->rotor, e, "missing key 'sleeve_interference_mm': the rotor has a sleeve of %.2f mm", 1e3 * s->sleeve_m);
    if (!is_used) {
        s->sleeve_interference_m = 0.0;
        return ST_OK;
    }
    TRY(matlib_get_structural(lib, d->name.sleeve, material, &s->sleeve, e));
    if (isnan(s->sleeve->electric_conductivity_S_per_m.value))
        return yaml_fail(material, e, "'%s' has no electric_conductivity_S_per_m, which a sleeve needs (0: it does not conduct)",
                         d->name.sleeve);
    return ST_OK;
}

static enum status read_materials(struct machine_doc *d, const struct matlib *lib, struct err *e)
{
    const struct yaml_node *map = d->materials;
    struct machine *m = &d->m;
    TRY(machine_yaml_read_section(map, SECTION_MATERIALS, d, e));
    TRY(matlib_get_steel(lib, d->name.stator_steel, yaml_get_key(map, "stator_steel"), &m->stator_steel, e));
    TRY(matlib_get_steel(lib, d->name.rotor_steel, yaml_get_key(map, "rotor_steel"), &m->rotor_steel, e));
    TRY(matlib_get_conductor(lib, d->name.conductor, yaml_get_key(map, "conductor"), &m->stator_conductor, e));
    TRY(matlib_get_insulation(lib, d->name.insulation, yaml_get_key(map, "insulation"), &m->insulation, e));
    TRY(matlib_get_structural(lib, d->name.shaft, yaml_get_key(map, "shaft"), &m->shaft, e));
    TRY(matlib_get_structural(lib, d->name.housing, yaml_get_key(map, "housing"), &m->housing, e));
    TRY(read_sleeve(d, lib, e));
    const struct yaml_node *magnet = yaml_get_key(map, "magnet"), *field = yaml_get_key(map, "field_conductor");
    if (machine_has_field_winding(m)) {
        if (magnet)
            return yaml_fail(magnet, e, "a wound rotor has no magnet");
        if (!field)
            return yaml_fail(map, e, "missing key 'field_conductor': the rotor has a field winding");
        return matlib_get_conductor(lib, d->name.field_conductor, field, &m->field_conductor, e);
    }
    if (!magnet)
        return yaml_fail(map, e, "missing key 'magnet': the rotor has magnets");
    TRY(matlib_get_magnet(lib, d->name.magnet, magnet, &m->magnet, e));
    if (m->magnet->is_diffused && !d->gbd_faces)
        return yaml_fail(d->rotor, e, "missing key 'gbd_faces': '%s' is a grain-boundary-diffused grade", d->name.magnet);
    return ST_OK;
}

/* Bars decide the fill; without them fill and strand must be given. */
static enum status read_winding(struct machine_doc *d, struct err *e)
{
    static const char *const NEEDED[2] = {"copper_fill_pu", "strand_diameter_mm"};
    TRY(machine_yaml_read_section(d->winding, SECTION_WINDING, d, e));
    for (int k = 0; k < 2; k++) {
        const struct yaml_node *given = yaml_get_key(d->winding, NEEDED[k]);
        if (!given && !d->bars)
            return yaml_fail(d->winding, e, "missing key '%s'", NEEDED[k]);
        if (given && d->bars)
            return yaml_fail(given, e, "'%s' follows from the bars; give one or the other", NEEDED[k]);
    }
    if (!d->bars)
        return ST_OK;
    TRY(machine_yaml_read_section(d->bars, SECTION_BARS, d, e));
    d->m.winding.is_hairpin = 1;
    d->m.winding.strand_diameter_m = d->m.winding.bar_height_m;
    machine_set_bar_fill(&d->m);
    return ST_OK;
}

enum status machine_yaml_read(const struct yaml_node *map, const struct matlib *lib, struct machine *out, struct err *e)
{
    struct machine_doc d;
    memset(&d, 0, sizeof d);
    d.m.n_magnet_segment_axial = d.m.n_magnet_segment_width = 1;
    TRY(machine_yaml_read_section(map, SECTION_MACHINE, &d, e));
    if ((d.m.n_skew_slice > 1) != (d.m.skew_rad > 0.0))
        return yaml_fail(map, e, "%d skew_slices over skew_total_deg %.3f: a skew needs at least two slices and an angle", d.m.n_skew_slice,
                         d.m.skew_rad * 180.0 / PI);
    TRY(machine_yaml_read_section(d.stator, SECTION_STATOR, &d, e));
    d.m.stator.bottom = (enum slot_bottom)d.bottom;
    TRY(read_winding(&d, e));
    TRY(rotor_yaml_read(&d, e));
    enum status st = read_materials(&d, lib, e);
    if (st != ST_OK) {
        machine_yaml_done(&d.m);
        return st;
    }
    *out = d.m;
    return ST_OK;
}

void machine_yaml_done(struct machine *m)
{
    contour_free((struct contour *)m->contour);
    m->contour = NULL;
}
