/* report_risk_page.c - the script of the risk page, a line a string: hands the data to Chart.js. */
#include "solver/report_risk_impl.h"
#include "materials/base/banned.h"

const char *const report_risk_script[] = {
    "const months = [...Array(D.months).keys()];",
    "const start = D.start.split('-').map(Number);",
    "const monthName = k => { const m = start[1] - 1 + Math.floor(k), y = start[0] + Math.floor(m / 12); return y + '-' + String(m % 12 + "
    "1).padStart(2, '0'); };",
    "const timeAxis = () => axis('Month', {type: 'linear', min: 0, max: D.months, ticks: {stepSize: D.months > 24 ? 6 : 3, callback: v => "
    "monthName(v)}});",
    "function choose(id, labels, show, first) {",
    "  const box = document.getElementById(id + '-choice');",
    "  labels.forEach((label, k) => { const o = document.createElement('option'); o.value = k; o.textContent = label; box.append(o); });",
    "  let chart = null;",
    "  const redraw = () => { if (chart) chart.destroy(); chart = show(Number(box.value)); };",
    "  box.value = String(first || 0);",
    "  box.addEventListener('change', redraw);",
    "  redraw();",
    "}",
    "// Bands between the outer and the inner pair of quantiles, the median on top.",
    "function band(q, name, color) {",
    "  const at = k => q[k].map((v, t) => ({x: t + 1, y: v})), base = {radius: 0, borderWidth: 0, pointStyle: 'rect', pointHitRadius: 0};",
    "  return [",
    "    Object.assign({label: 'edge of ' + name, data: at(0)}, base),",
    "    Object.assign({label: name + ', nine tenths', data: at(4), fill: '-1', backgroundColor: color + '22'}, base),",
    "    Object.assign({label: 'edge of ' + name, data: at(1)}, base),",
    "    Object.assign({label: name + ', middle half', data: at(3), fill: '-1', backgroundColor: color + '44'}, base),",
    "    {label: name + ', median', data: at(2), radius: 0, borderWidth: 2, borderColor: color, backgroundColor: color, pointStyle: "
    "'line', "
    "pointHitRadius: 8}];",
    "}",
    "function fan(k) {",
    "  const f = D.fan[k], sets = band(f.inside, 'inside (FOB)', '#0072b2').concat(band(f.outside, 'outside', '#d55e00'));",
    "  sets.push({label: 'today, FOB', data: [{x: 0, y: f.today}, {x: D.months, y: f.today}], borderColor: SOFT, borderDash: [6, 4], "
    "borderWidth: 1.2, radius: 0,",
    "    pointStyle: 'line'});",
    "  return draw('fan', {type: 'line', data: {datasets: sets}, options: {interaction: {mode: 'nearest', axis: 'x', intersect: false},",
    "    plugins: {legend: hideFrom('edge of '), tooltip: {filter: c => c.dataset.label.endsWith('median'), callbacks: {title: c => "
    "c.length ? "
    "monthName(c[0].parsed.x) : '', label: c => {",
    "      const side = c.dataset.label.startsWith('inside') ? f.inside : f.outside, t = c.dataIndex;",
    "      return c.dataset.label + ' ' + number(c.parsed.y, digits(c.parsed.y)) + ' USD/kg; nine tenths ' + number(side[0][t], "
    "digits(side[0][t])) + ' to ' +",
    "        number(side[4][t], digits(side[4][t])); }}}},",
    "    scales: {x: timeAxis(), y: axis('USD per kg of ' + f.label, {min: 0})}}});",
    "}",
    "function outage() {",
    "  const sets = D.node.map(n => ({label: n.doc || n.label, data: n.down.map((v, t) => ({x: t, y: v})), borderColor: n.color, "
    "backgroundColor: "
    "n.color, radius: 0,",
    "    borderWidth: n.controlled ? 2.4 : 1.3, pointStyle: 'line', pointHitRadius: 6}));",
    "  const top = Math.max(1, ...D.node.flatMap(n => n.down));",
    "  D.event.forEach((v, k) => sets.push({label: v.date + ', ' + number(v.probability) + ' %', data: [{x: v.month, y: 0}, {x: v.month, "
    "y: "
    "1.05 * top}],",
    "    borderColor: k % 2 ? '#000000' : '#777777', borderDash: k % 2 ? [2, 3] : [6, 4], borderWidth: 1.4, radius: 0, pointStyle: 'line', "
    "pointHitRadius: 8, doc: v.doc}));",
    "  draw('outage', {type: 'line', data: {datasets: sets}, options: {interaction: {mode: 'nearest', intersect: false},",
    "    plugins: {tooltip: {callbacks: {title: c => c.length ? monthName(c[0].parsed.x) : '', label: c => c.dataset.label + "
    "(c.dataset.doc "
    "? ' (' + c.dataset.doc + ')' : '') +",
    "      ': ' + number(c.parsed.y, 1) + ' %'}}},",
    "    scales: {x: timeAxis(), y: axis('Down, %', {min: 0, max: top > 90 ? 105 : undefined, ticks: {stepSize: top > "
    "50 ? 20 : undefined, includeBounds: false}})}}});",
    "}",
    "function distribution() {",
    "  const sets = [];",
    "  const top = Math.max(...D.motor.flatMap(m => m.share.map(v => v / (m.high - m.low) * m.share.length)));",
    "  for (const m of D.motor) {",
    "    const w = (m.high - m.low) / m.share.length, base = {borderColor: m.color, backgroundColor: m.color, pointHitRadius: 6};",
    "    sets.push(Object.assign({label: m.label + ', ' + m.strategy, data: m.share.map((v, k) => ({x: m.low + (k + 0.5) * w, y: v / w})), "
    "radius: 0, borderWidth: 2,",
    "      pointStyle: 'line', stepped: 'middle'}, base));",
    "    sets.push(Object.assign({label: 'CVaR of ' + m.label, data: [{x: m.cvar, y: 0}, {x: m.cvar, y: 0.6 * top}], radius: 0, "
    "borderWidth: "
    "1.6, borderDash: [6, 4]}, base));",
    "    sets.push(Object.assign({}, base, {label: 'mean of ' + m.label, data: [{x: m.mean, y: 0}], radius: 5, borderWidth: 1.5, "
    "borderColor: "
    "INK, clip: 12}));",
    "  }",
    "  draw('distribution', {type: 'line', data: {datasets: sets}, options: {interaction: {mode: 'nearest', intersect: false},",
    "    plugins: {legend: {labels: {filter: i => !i.text.startsWith('CVaR of ') && !i.text.startsWith('mean of ')}},",
    "      tooltip: {callbacks: {title: () => '', label: c => c.dataset.label + (/^(CVaR|mean) of/.test(c.dataset.label) ? ': ' : ', at ') "
    "+ "
    "number(c.parsed.x) + ' USD'}}},",
    "    scales: {x: axis('Cost of a motor over the horizon, USD (processing included)', {type: 'linear'}), y: axis('Share of scenarios, % "
    "per USD', {min: 0})}}});",
    "}",
    "const attributions = Object.keys(D.attribution);",
    "function attribution(k) {",
    "  const groups = D.attribution[attributions[k]];",
    "  const totals = D.motor.map((m, b) => groups.reduce((s, g) => s + g.value[b], 0));",
    "  return draw('attribution', {type: 'bar', data: {labels: D.motor.map((m, b) => [m.label, m.strategy + ': ' + number(totals[b], 1) + "
    "' "
    "USD']),",
    "    datasets: groups.map(g => ({label: g.label, data: g.value, backgroundColor: g.color, borderColor: '#ffffff', borderWidth: 0.6, "
    "maxBarThickness: 34, pointStyle: 'rect'}))},",
    "    options: {indexAxis: 'y', plugins: {tooltip: {callbacks: {label: c => c.dataset.label + ': ' + number(c.raw, 1) + ' USD'}}},",
    "      scales: {x: axis('Risk cost, USD per motor', {stacked: true}), y: {stacked: true, grid: {display: false}, ticks: {color: "
    "INK}}}}});",
    "}",
    "// Cheapest motor (choice 0) or cheapest strategy of a motor in every cell; axes by the number of the cell.",
    "function strategy(choice) {",
    "  const M = D.map, nP = M.probability.length, nD = M.duration.length, groups = new Map();",
    "  const at = (p, d) => { const q = d * nP + p, motor = choice ? choice - 1 : M.winner[q], by = M.names[M.strategy[q * D.motor.length "
    "+ "
    "motor]];",
    "    return {of: choice ? by : D.motor[motor], by, cost: M.cost[q * D.motor.length + motor]}; };",
    "  for (const c of grid([...Array(nP).keys()], [...Array(nD).keys()], at, e => e.of.color)) {",
    "    if (!groups.has(c.e.of.label)) groups.set(c.e.of.label, []);",
    "    groups.get(c.e.of.label).push(c);",
    "  }",
    "  const sets = [...groups].sort((a, b) => b[1].length - a[1].length).map(([label, data]) => ({label, data, radius: 0, seam: -2, "
    "backgroundColor: data[0].color, borderColor: data[0].color,",
    "    pointStyle: 'rect', pointHitRadius: cellReach(nP, nD)}));",
    "  const steps = (title, values) => axis(title, {min: -0.5, max: values.length - 0.5, grid: {display: false}, ticks: {autoSkip: false, "
    "includeBounds: false, callback: v => values[v] === undefined ? '' : number(values[v], values[v] % 1 ? 1 : 0)},",
    "    afterBuildTicks: a => { a.ticks = values.map((v, k) => ({value: k})); }});",
    "  return draw('strategy', {type: 'scatter', data: {datasets: sets}, options: {plugins: {tooltip: {callbacks: {label: c => "
    "c.dataset.label "
    "+ (choice ? '' : ' by ' + c.raw.e.by.label) + ': risk cost ' + number(c.raw.e.cost, 1) + ' USD'}}},",
    "    scales: {x: steps('Probability of an outage within a year, %', M.probability), y: steps('Mean duration, months', "
    "M.duration)}}});",
    "}",
    "const first = Math.max(0, D.fan.findIndex(f => f.label === 'Dy'));",
    "choose('fan', D.fan.map(f => f.label), fan, first);",
    "outage();",
    "distribution();",
    "choose('attribution', attributions.map(a => 'by ' + a), attribution, 0);",
    "// The first motor whose strategy depends on the point, else the motors themselves.",
    "const varied = D.motor.findIndex((m, b) => new Set(D.map.winner.map((w, at) => D.map.strategy[at * D.motor.length + b])).size > 1);",
    "choose('strategy', ['cheapest motor'].concat(D.motor.map(m => 'strategy for ' + m.label)), strategy, 1 + varied);",
    NULL,
};
