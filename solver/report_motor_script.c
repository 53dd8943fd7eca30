/* report_motor_script.c - the page of one motor: its data handed to Chart.js; a chart whose data or canvas is not there is left out. */
#include "solver/report_impl.h"
#include "solver/report_motor_impl.h"
#include "materials/base/banned.h"

const char *const report_script_motor[] = {
    "const PHASE = ['#d55e00', '#0072b2', '#009e73'], PALETTE = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#e69f00', '#444444'];",
    "const tip = (unit, d, xUnit) => ({callbacks: {label: c => c.dataset.label + ': ' + number(c.raw.y, d) + ' ' + unit + ' at ' + "
    "number(c.raw.x, 1) + ' ' + xUnit}});",
    "const near = {mode: 'nearest', intersect: false};",
    "const angle = max => axis('Rotor angle, ° electrical', {min: 0, max, ticks: {stepSize: max / 6}});",
    "/* ---- torque, efficiency, losses ---- */",
    "const duty = () => D.duty.map((d, k) => ({label: d.label, data: d.point, backgroundColor: ['#d55e00', '#cc79a7', '#ffffff'][k], "
    "borderColor: INK, borderWidth: 1.3, radius: 4.5, pointStyle: 'circle', order: -2, clip: 8}));",
    "function envelope() {",
    "  const m = D.map, rated = (y, b) => m.speed.map((x, k) => ({x, y: y[k], bind: b[k].replace('_', ' ')})).filter(p => p.y !== null);",
    "  const continuous = rated(m.continuous, m.binds), timed = rated(m.timed, m.timed_binds);",
    "  const sets = [curve('largest torque', D.color, line(m.speed, m.peak)),",
    "    curve('required', '#000000', D.requirement, {borderDash: [2, 3], order: -1})];",
    "  if (timed.some(p => p.y > 0)) sets.push(curve('held for the peak time', D.color, timed, {borderWidth: 0.9}));",
    "  if (continuous.some(p => p.y > 0)) sets.push(curve('held for ever', '#d55e00', continuous, {borderDash: [6, 4], radius: "
    "continuous.length > 1 ? 0 : 5}));",
    "  sets.push(...duty());",
    "  draw('envelope', {type: 'scatter', data: {datasets: sets}, options: {interaction: near, plugins: {tooltip: {callbacks: {label: c =>",
    "    c.dataset.label + ': ' + number(c.raw.y) + ' N·m at ' + number(c.raw.x) + ' rpm' + (c.raw.bind && c.raw.bind !== 'none' ? ', "
    "limited by ' + c.raw.bind : '')}}},",
    "    scales: {x: axis('Speed, rpm', {min: 0, max: Math.max(...m.speed)}), y: axis('Torque, N·m', {min: 0})}}});",
    "}",
    "let mapChart = null;",
    "function map(k) {",
    "  const m = D.map, loss = k > 0 ? m.loss[k - 1] : null, v = loss ? loss.value : m.efficiency, known = v.filter(a => a !== null);",
    "  if (mapChart) mapChart.destroy();",
    "  if (!known.length) return;",
    "  const top = Math.max(...known), high = loss ? top : Math.ceil(top), low = loss ? 0 : Math.max(Math.floor(Math.min(...known)), high "
    "- 17);",
    "  mapChart = cells('map', m.speed, m.torque, v, {stops: EFFICIENCY, low, high, unit: loss ? 'W' : '%', digits: loss ? 0 : 1, x0: 0,",
    "    label: loss ? capital(loss.label) : 'Efficiency', x: 'Speed, rpm', y: 'Torque, N·m',",
    "    top: Math.max(...m.torque, ...m.peak.filter(a => a !== null)), at: p => ' at ' + number(p.x) + ' rpm, ' + number(p.y) + ' N·m',",
    "    lines: [curve('torque limit', D.color, line(m.speed, m.peak), {borderWidth: 2.5, order: 0})].concat(duty())});",
    "}",
    "function stacked(id, labels, parts, unit, title) {",
    "  draw(id, {type: 'bar', data: {labels, datasets: parts.map(g => ({label: g.label, data: g.value, backgroundColor: g.color, "
    "borderColor: '#ffffff', borderWidth: 0.6,",
    "    maxBarThickness: 52, pointStyle: 'rect'}))}, options: {indexAxis: 'y', plugins: {legend: {labels: {font: {size: 11}, padding: "
    "8}},",
    "    tooltip: {callbacks: {label: c => c.dataset.label + ': ' + number(c.raw, 1) + ' ' + unit}}},",
    "    scales: {x: axis(title, {stacked: true}), y: {stacked: true, grid: {display: false}, ticks: {color: INK}}}}});",
    "}",
    "const total = (parts, k) => parts.reduce((s, g) => s + (g.value[k] || 0), 0);",
    "if (D.map) {",
    "  envelope();",
    "  const choice = document.getElementById('map-choice');",
    "  ['Efficiency'].concat(D.map.loss.map(l => capital(l.label))).forEach((text, k) => choice.add(new Option(text, k)));",
    "  choice.addEventListener('change', () => map(Number(choice.value)));",
    "  map(0);",
    "}",
    "if (D.losses) stacked('losses', D.losses.label.map((l, k) => [l, number(total(D.losses.part, k)) + ' W']), D.losses.part, 'W', 'Loss, "
    "W');",
    "if (D.cost) stacked('cost', [['This motor', number(total(D.cost, 0)) + ' USD']], D.cost, 'USD', 'Cost of this motor, USD');",
    "/* ---- waveforms ---- */",
    "if (D.noload) {",
    "  const n = D.noload, e = n.emf, at = v => v.map((y, k) => ({x: k * n.step, y}));",
    "  if (e) {",
    "    draw('emf', {type: 'scatter', data: {datasets: ['a', 'b', 'c'].map((p, k) => curve('phase ' + p.toUpperCase(), PHASE[k], "
    "at(e[p]))).concat(",
    "      [curve('line A−B', INK, at(e.ab), {borderDash: [6, 4], borderWidth: 1.5})])}, options: {interaction: near, plugins: {tooltip: "
    "tip('V', 1, '°')},",
    "      scales: {x: angle(360), y: axis('Voltage, V')}}});",
    "    draw('emf-order', {type: 'bar', data: {labels: e.order, datasets: [{label: 'phase', data: e.phase_pct, backgroundColor: PHASE[0], "
    "pointStyle: 'rect'},",
    "      {label: 'line to line', data: e.line_pct, backgroundColor: INK, pointStyle: 'rect'}]}, options: {plugins: {tooltip: {callbacks: "
    "{label: c =>",
    "      c.dataset.label + ', order ' + c.label + ': ' + number(c.raw, 2) + ' %'}}}, scales: {x: axis('Harmonic order'), y: axis('% of "
    "the fundamental', {min: 0})}}});",
    "  }",
    "  draw('cogging', {type: 'scatter', data: {datasets: [curve('by stress', PHASE[1], line(n.angle, n.cogging)), curve('by energy', "
    "INK, line(n.angle, n.cogging_energy),",
    "    {borderDash: [6, 4], borderWidth: 1.5})]}, options: {interaction: near, plugins: {tooltip: tip('N·m', 2, '°')}, scales: {x: "
    "angle(60), y: axis('Torque, N·m')}}});",
    "}",
    "if (D.load && D.load.length) {",
    "  const one = D.load.length === 1, sets = D.load.flatMap((l, k) => { const color = PALETTE[k % PALETTE.length]; return [",
    "    curve(one ? 'by stress' : l.label, color, line(l.angle, l.torque)),",
    "    curve(one ? 'by energy' : 'energy, ' + l.label, one ? INK : color, line(l.angle, l.energy), {borderDash: [6, 4], borderWidth: "
    "1.3}),",
    "    curve(one ? 'mean' : 'mean, ' + l.label, SOFT, [{x: 0, y: l.mean}, {x: 60, y: l.mean}], {borderWidth: 0.8})]; });",
    "  draw('ripple', {type: 'scatter', data: {datasets: sets}, options: {interaction: near, plugins: {tooltip: tip('N·m', 1, '°'),",
    "    legend: {labels: {filter: i => !/^(energy|mean), /.test(i.text)}}}, scales: {x: angle(60), y: axis('Torque, N·m')}}});",
    "}",
    "if (D.gap) draw('gap', {type: 'bar', data: {labels: D.gap.order, datasets: [{label: 'radial flux density', data: D.gap.B, "
    "backgroundColor: PHASE[1]}]},",
    "  options: {plugins: {legend: {display: false}, tooltip: {callbacks: {label: c => 'order ' + c.label + ': ' + number(c.raw, 4) + ' "
    "T'}}},",
    "  scales: {x: axis('Harmonic order of the pole pair'), y: axis('Amplitude, T', {min: 0})}}});",
    "/* ---- flux maps ---- */",
    "function fluxMap(id, v, label) {",
    "  const f = D.flux, lines = [], d = f.d, top = f.q[f.q.length - 1];",
    "  if (f.limit !== null) lines.push(curve('current limit', INK, Array.from({length: 181}, (_, k) => ({x: -f.limit * Math.cos(k * "
    "Math.PI / 180),",
    "    y: f.limit * Math.sin(k * Math.PI / 180)})).filter(p => p.x >= d[0] && p.x <= d[d.length - 1] && p.y <= top), {borderDash: [6, "
    "4], "
    "borderWidth: 1.5, order: 0}));",
    "  f.mark.forEach(m => lines.push({label: m.label, data: [{x: m.x, y: m.y}], backgroundColor: '#ffffff', borderColor: INK, "
    "borderWidth: "
    "2, radius: 5, pointStyle: 'circle', order: -1, clip: 8}));",
    "  cells(id, d, f.q, v, {stops: EFFICIENCY, unit: 'mWb', digits: 0, label, x: 'd current, A', y: 'q current, A', lines, top,",
    "    at: p => ' at i_d = ' + number(p.x) + ' A, i_q = ' + number(p.y) + ' A'});",
    "}",
    "// At most six lines, evenly spaced, the ends among them.",
    "const some = n => Array.from({length: 6}, (_, k) => Math.round(k * (n - 1) / 5));",
    "function fluxLines(id, title, label, x, lines) {",
    "  draw(id, {type: 'scatter', data: {datasets: lines.map((l, k) => curve(l.label, ramp(EFFICIENCY, 0.95 * k / 5), line(x, l.y)))}, "
    "options: {interaction: near,",
    "    plugins: {tooltip: tip('mWb', 1, 'A')}, scales: {x: axis(title, {min: x[0], max: x[x.length - 1], ticks: {includeBounds: "
    "false}}), y: axis(label)}}});",
    "}",
    "if (D.flux) {",
    "  const f = D.flux, n = f.d.length;",
    "  fluxMap('flux-d', f.ld, 'd linkage');",
    "  fluxMap('flux-q', f.lq, 'q linkage');",
    "  fluxLines('line-d', 'd current, A', 'd flux linkage, mWb', f.d, some(f.q.length).map(q => ({label: 'q current ' + number(f.q[q]) + "
    "' "
    "A', y: f.ld.slice(q * n, (q + 1) * n)})));",
    "  fluxLines('line-q', 'q current, A', 'q flux linkage, mWb', f.q, some(n).map(k => ({label: 'd current ' + number(f.d[k]) + ' A', y: "
    "f.q.map((_, q) => f.lq[q * n + k])})));",
    "}",
    "/* ---- plane of the currents ---- */",
    "// Where v over the grid x, y crosses a level: pieces of lines, a gap between them.",
    "function contour(x, y, v, level) {",
    "  const n = x.length, out = [];",
    "  for (let q = 0; q + 1 < y.length; q++) for (let k = 0; k + 1 < n; k++) {",
    "    const corner = [[k, q], [k + 1, q], [k + 1, q + 1], [k, q + 1]], h = corner.map(([a, b]) => v[b * n + a]), cut = [];",
    "    if (h.includes(null)) continue;",
    "    corner.forEach(([a, b], i) => {",
    "      const [c, d] = corner[(i + 1) % 4], g = h[(i + 1) % 4];",
    "      if ((h[i] < level) === (g < level)) return;",
    "      const f = (level - h[i]) / (g - h[i]);",
    "      cut.push({x: x[a] + f * (x[c] - x[a]), y: y[b] + f * (y[d] - y[b])});",
    "    });",
    "    for (let i = 0; i + 1 < cut.length; i += 2) out.push(cut[i], cut[i + 1], {x: NaN, y: NaN});",
    "  }",
    "  return out;",
    "}",
    "if (D.plane) {",
    "  const f = D.flux, p = D.plane, LIMIT = ['#ff9ecb', '#ff3d9a', '#b0005e'];",
    "  const circle = Array.from({length: 181}, (_, k) => ({x: -f.limit * Math.cos(k * Math.PI / 180), y: f.limit * Math.sin(k * Math.PI / "
    "180)})).filter(a => a.x >= f.d[0] && a.x <= f.d[f.d.length - 1]);",
    "  const lines = p.limit.map((l, k) => curve('voltage limit, ' + number(l.rpm) + ' rpm', LIMIT[k], contour(f.d, f.q, p.linkage, "
    "l.linkage), {borderWidth: 1.6, order: 0})).filter(l => l.data.length);",
    "  lines.push(curve('current limit', INK, circle, {borderDash: [6, 4], borderWidth: 1.5, order: 0}), curve('least current (MTPA)', "
    "INK, "
    "p.least, {borderWidth: 2.5, order: -1}), curve('torque limit over speed', '#d55e00', p.path, {borderWidth: 2.5, order: -2}));",
    "  f.mark.forEach(m => lines.push({label: m.label, data: [{x: m.x, y: m.y}], backgroundColor: '#ffffff', borderColor: INK, "
    "borderWidth: 2, "
    "radius: 5, pointStyle: 'circle', order: -3}));",
    "  cells('plane', f.d, f.q, f.torque, {stops: EFFICIENCY, unit: 'N·m', digits: 0, label: 'torque at these currents', x: 'd current, "
    "A', y: 'q current, A', "
    "lines, legend: hideFrom('torque at'), top: f.q[f.q.length - 1],",
    "    at: a => (a.rpm ? ', ' + number(a.torque) + ' N·m at ' + number(a.rpm) + ' rpm' : '') + ' at i_d = ' + number(a.x) + ' A, i_q = ' "
    "+ "
    "number(a.y) + ' A'});",
    "}",
    "/* ---- temperatures, demagnetisation ---- */",
    "if (D.working && D.working.event.length) {",
    "  const w = D.working, sets = w.curve.flatMap((c, k) => [curve(number(c.T) + ' °C', PHASE[1 - k % 2], c.point),",
    "    {label: 'knee at ' + number(c.T) + ' °C', data: [c.knee], borderColor: PHASE[1 - k % 2], pointStyle: 'crossRot', radius: 7, "
    "borderWidth: 2.5}]);",
    "  w.event.forEach((e, k) => sets.push({label: e.label, data: [e], backgroundColor: PALETTE[k % PALETTE.length], borderColor: INK, "
    "borderWidth: 1, radius: 5, pointStyle: ['circle', 'rect', 'triangle', 'rectRot', 'star'][k % 5], order: -1}));",
    "  draw('working', {type: 'scatter', data: {datasets: sets}, options: {interaction: near, plugins: {legend: hideFrom('knee '), "
    "tooltip: "
    "{callbacks: {label: c =>",
    "    c.dataset.label + ': ' + number(c.raw.y, 2) + ' T at ' + number(c.raw.x) + ' kA/m' + (c.raw.T === undefined ? '' : ', ' + "
    "number(c.raw.T) + ' °C')}}},",
    "    scales: {x: axis('Field, kA/m', {max: 0}), y: axis('Flux density, T')}}});",
    "}",
    "if (D.heat) draw('heat', {type: 'bar', data: {labels: D.heat.label.map(capital), datasets: [{label: 'continuous point', data: "
    "D.heat.continuous, backgroundColor: PHASE[1],",
    "  pointStyle: 'rect'}, {label: 'end of the timed peak', data: D.heat.peak, backgroundColor: PHASE[0], pointStyle: 'rect'}]}, options: "
    "{indexAxis: 'y', plugins: {tooltip: {callbacks:",
    "  {label: c => c.dataset.label + ': ' + number(c.raw, 1) + ' °C'}}}, scales: {y: {grid: {display: false}, ticks: {color: INK, "
    "autoSkip: false}}, x: axis('Temperature, °C')}}});",
    "if (D.demag && D.demag.T.length) {",
    "  const m = D.demag, low = Math.min(...m.T, m.at), high = Math.max(...m.T, m.at);",
    "  const sets = [curve('flux lost', D.color, line(m.T, m.lost)), curve('loss that counts', SOFT, [{x: low, y: D.limit_pct}, {x: high, "
    "y: D.limit_pct}], {borderDash: [6, 4], borderWidth: 1.2})];",
    "  if (m.at !== null && m.at_lost !== null) sets.push({label: 'worst event', data: [{x: m.at, y: m.at_lost}], "
    "backgroundColor: D.color, borderColor: INK,",
    "    borderWidth: 1.5, radius: 5.5, pointStyle: 'circle', order: -1});",
    "  draw('demag', {type: 'scatter', data: {datasets: sets}, options: {interaction: near, plugins: {tooltip: tip('%', 2, '°C')},",
    "    scales: {x: axis('Magnet temperature, °C', {min: Math.floor(low / 10) * 10, max: Math.ceil(high / 10) * 10}),",
    "      y: axis('No-load flux lost, %', {min: 0, max: Math.ceil(Math.max(10 * D.limit_pct, 1.3 * (m.at_lost || 0)))})}}});",
    "}",
    "/* ---- cross-sections ---- */",
    "D.picture.forEach((p, k) => { picture(k, p, D.color); damage(k, p, D.color); });",
    "if (D.picture.length) materials('materials', D.picture[0], D.color);",
    NULL,
};
