'use strict';

/** A number with `digits` after the point; exactly between two goes to the even one, as everywhere in this program. */
function fixed(number, digits) {
  const text = number.toFixed(digits), long = number.toFixed(digits + 20);
  const tie = /^50*$/.test(long.slice(text.includes('.') ? text.length : text.length + 1));
  if (!tie || '02468'.includes(text.at(-1))) return text;
  const down = (Math.abs(number) - Math.pow(10, -digits) / 2).toFixed(digits);
  return number < 0 ? '-' + down : down;
}

function thousands(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A value with its unit: `217.07 s`. */
function showValue(data, value) {
  if (!data.steps.length) return thousands(value) + (data.suffix ? ' ' + data.suffix : '');
  const smallest = value * data.factor;
  const step = data.steps.find(([size]) => size > 1 && Math.abs(smallest) >= size * 0.999995);
  if (!step) return thousands(Math.trunc(smallest)) + ' ' + data.steps.at(-1)[1];
  const shown = smallest / step[0];
  if (Math.abs(shown) >= 1000) return thousands(Math.sign(shown) * Math.round(Math.abs(shown))) + ' ' + step[1];
  return fixed(shown, 2).replace(/\.00$/, '') + ' ' + step[1];
}

/** A share in percent: `90.3 %`. */
function showPercent(percent) {
  const size = Math.abs(percent);
  if (size === 0) return '0 %';
  if (size < 0.005) return '<0.01 %';
  return fixed(percent, size < 0.995 ? 2 : size > 99.95 ? 0 : 1) + ' %';
}

function showShare(data, value) {
  return showPercent(data.all ? value / data.all * 100 : 0);
}

/** Completes the tables of a tree: parent, end (the row behind the last one below), start (in the unit of values), self. */
function grow(data) {
  const count = data.depth.length, open = [];
  const parent = new Int32Array(count), end = new Int32Array(count), start = new Float64Array(count), next = new Float64Array(count);
  const self = Float64Array.from(data.total);
  data.less[0].forEach((row, at) => { self[row] -= data.less[1][at]; });
  for (let row = 0; row < count; row++) {
    const above = row ? open[data.depth[row] - 1] : 0;
    open[data.depth[row]] = row;
    parent[row] = above;
    end[row] = row + 1;
    start[row] = row ? next[above] : 0;
    next[row] = start[row];
    next[above] = row ? start[row] + Math.abs(data.total[row]) : 0;
    if (row) self[above] -= data.total[row];
  }
  for (let row = count - 1; row > 0; row--) end[parent[row]] = Math.max(end[parent[row]], end[row]);
  return Object.assign(data, { count, parent, end, start, self });
}

function nameOf(data, row) {
  return row ? data.names[data.name[row]] : data.root;
}

/** What tells whether a name is searched for: a text whatever its case, or a pattern between slashes. `null` for nothing. */
function searcher(query) {
  query = query.trim();
  if (!query) return null;
  const pattern = /^\/(\(\?i\))?(.+)\/(i?)$/s.exec(query);
  if (pattern) {
    const found = new RegExp(pattern[2], (pattern[1] || pattern[3] ? 'i' : '') + 'u');
    return (name) => found.test(name);
  }
  query = query.toLowerCase();
  return (name) => name.toLowerCase().includes(query);
}

/** Rows of a tree that match, and what was measured in and below them; what is below another match counts once. */
function search(data, query) {
  const test = searcher(query);
  if (!test) return null;
  const names = data.names.map(test), rows = new Uint8Array(data.count);
  let value = 0, functions = 0, covered = 1;
  names.forEach((hit) => { functions += hit ? 1 : 0; });
  for (let row = 1; row < data.count; row++) {
    if (!names[data.name[row]]) continue;
    rows[row] = 1;
    if (row >= covered) {
      value += data.total[row];
      covered = data.end[row];
    }
  }
  return { rows, value, functions };
}

/** `3.7 % in 12 functions`. Where calls are left out there may be more. */
function showFound(data, found) {
  const share = (data.leftOut ? 'at least ' : '') + showShare(data, found.value);
  return found.functions ? share + ' in ' + thousands(found.functions) + (found.functions === 1 ? ' function' : ' functions') : 'not found';
}

/** Widths of letters at 11 points, measured once each. */
function letterWidths(font) {
  const known = new Map();
  const pen = document.createElementNS('http://www.w3.org/1999/xhtml', 'canvas').getContext('2d');
  if (pen) pen.font = font;
  return (letter) => {
    let width = known.get(letter);
    if (width === undefined) known.set(letter, width = pen ? pen.measureText(letter).width : 7);
    return width;
  };
}

/**
 * A flame graph drawn into the group `frames`. `told` is called with words on the box the pointer or the keyboard is at (or none) and
 * whenever another part is shown.
 */
function flameGraph(frames, data, told) {
  const ROW = 20, NARROWEST = 0.5, MOST_ROWS = 400, ANCESTORS = 24;
  const SVG = frames.namespaceURI, letter = letterWidths('11px ' + getComputedStyle(frames).fontFamily);
  const graph = { data, zoom: 0, chosen: -1, width: 1000, rows: 0, found: null };
  let drawn = new Map();
  frames.classList.add('live');

  const fit = (text, room) => {
    let used = 0, at = 0;
    for (const sign of text) {
      used += letter(sign);
      if (used > room) break;
      at += sign.length;
    }
    if (at >= text.length) return text;
    const dots = letter('…');
    let kept = Array.from(text.slice(0, at));
    for (used = kept.reduce((sum, sign) => sum + letter(sign), dots); used > room && kept.length; used -= letter(kept.pop()));
    return kept.length < 2 ? '' : kept.join('').trimEnd() + '…';
  };
  const label = (row, room) => {
    if (room < 12) return '';
    const whole = nameOf(data, row);
    if (fit(whole, room) === whole || !row) return fit(whole, room);
    const short = data.short[data.name[row]] ?? whole;
    // The end of a name says most: `findMatch` of `flate.(*compressor).findMatch`.
    const last = /[^.:!/\\]*$/.exec(short)[0];
    return fit(short, room) !== short && last.length > 2 && fit(last, room) === last ? last : fit(short, room);
  };
  const color = (row) => {
    if (!row && !data.changes.length) return 'all';
    const kind = row ? 'c' + data.colors[data.name[row]] : 'all';
    if (!data.changes.length) return kind;
    const change = data.changes[row];
    return kind + ' ' + (change ? (change < 0 ? 'l' : 'm') + Math.abs(change) : 'same');
  };
  const element = (parent, name, attributes) => {
    const made = parent.appendChild(document.createElementNS(SVG, name));
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    return made;
  };
  const box = (row, x, full, line, kind) => {
    const width = Math.max(full - 1, full * 0.6);
    const group = element(frames, 'g', { class: 'frame ' + (row < 0 ? 'all' : color(row)) + kind });
    element(group, 'rect', { x: x.toFixed(2), y: line * ROW, width: width.toFixed(2), height: ROW - 1, rx: Math.min(2, width / 3).toFixed(2) });
    return { group, width, x, line };
  };
  const write = (group, x, line, text) => {
    if (text) element(group, 'text', { x: (x + 4).toFixed(2), y: line * ROW + 13.5, 'font-size': 11 }).textContent = text;
  };
  const put = (row, x, width, line, kind) => {
    const made = box(row, x, width, line, kind);
    made.group.dataset.row = row;
    write(made.group, x, line, label(row, made.width - 8));
    drawn.set(row, made.group);
    graph.rows = Math.max(graph.rows, line + 1);
  };

  /** The calls above the one that is shown, each as wide as all: a way back. */
  const above = () => {
    const path = [];
    for (let row = graph.zoom; row > 0;) path.push(row = data.parent[row]);
    path.reverse();
    const hidden = path.length > ANCESTORS ? path.splice(1, path.length - ANCESTORS) : [];
    path.forEach((row, at) => {
      if (at === 1 && hidden.length) {
        write(box(-1, 0, graph.width, 1, ' above gap').group, 0, 1, '… ' + thousands(hidden.length) + ' calls between');
      }
      put(row, 0, graph.width, at + (at && hidden.length ? 1 : 0), ' above');
    });
    return path.length + (hidden.length ? 1 : 0);
  };
  const draw = () => {
    frames.replaceChildren();
    drawn = new Map();
    graph.rows = 0;
    let deeper = 0;
    const top = above(), zoom = graph.zoom, all = Math.abs(data.total[zoom]), scale = all ? graph.width / all : 0;
    for (let row = zoom; row < data.end[zoom];) {
      const line = top + data.depth[row] - data.depth[zoom];
      const width = row === zoom ? graph.width : Math.abs(data.total[row]) * scale;
      if (line >= MOST_ROWS) deeper = Math.max(deeper, line - MOST_ROWS + 1);
      if (width < NARROWEST) {
        row = data.end[row];
        continue;
      }
      if (line < MOST_ROWS) put(row, (data.start[row] - data.start[zoom]) * scale, width, line, '');
      row++;
    }
    if (deeper) {
      element(frames, 'text', { class: 'deeper', x: 0, y: graph.rows * ROW + 14, 'font-size': 11, fill: 'var(--hint)' }).textContent =
        'and ' + thousands(deeper) + ' deeper levels: zoom in to see them';
      graph.rows++;
    }
    mark();
    if (graph.chosen >= 0) drawn.get(graph.chosen)?.classList.add('chosen');
    told(graph.chosen >= 0 ? graph.words(graph.chosen) : '', graph);
  };
  const mark = () => {
    frames.classList.toggle('searched', !!graph.found);
    for (const [row, group] of drawn) group.classList.toggle('hit', !!graph.found && graph.found.rows[row] === 1);
  };
  const rowOf = (target) => {
    const group = target.closest?.('[data-row]');
    return group && frames.contains(group) ? Number(group.dataset.row) : -1;
  };

  /** `main.next · 217.07 s · 90.3 % · itself 8.81 s`. */
  graph.words = (row) => {
    const parts = row ? [nameOf(data, row)] : ['all'];
    parts.push(showValue(data, data.total[row]), showShare(data, data.total[row]));
    if (graph.zoom && row !== graph.zoom && row > graph.zoom && row < data.end[graph.zoom] && data.total[graph.zoom]) {
      parts.push(showPercent(data.total[row] / data.total[graph.zoom] * 100) + ' of ' + fit(nameOf(data, graph.zoom), 200));
    }
    if (row) parts.push('itself ' + showValue(data, data.self[row]));
    if (data.by.length) {
      const by = data.by[row];
      parts.push(by ? showValue(data, Math.abs(by)) + (by > 0 ? ' more than before' : ' less than before') : 'as before');
    }
    return parts.join(' · ');
  };
  graph.height = () => graph.rows * ROW;
  graph.resize = (width) => {
    graph.width = Math.max(width, 40);
    draw();
  };
  graph.show = (row) => {
    graph.zoom = row >= 0 && row < data.count ? row : 0;
    graph.chosen = -1;
    draw();
  };
  graph.choose = (row) => {
    drawn.get(graph.chosen)?.classList.remove('chosen');
    graph.chosen = row;
    drawn.get(row)?.classList.add('chosen');
    told(row >= 0 ? graph.words(row) : '', graph);
  };
  /** Marks what matches; gives words on it, empty for an empty query. */
  graph.search = (query) => {
    let words = '';
    try {
      graph.found = search(data, query);
      if (graph.found) words = showFound(data, graph.found);
    } catch {
      graph.found = null;
      words = 'not a valid pattern';
    }
    mark();
    return words;
  };
  graph.key = (key) => {
    const at = graph.chosen, first = (row) => (row + 1 < data.end[row] ? row + 1 : row);
    if (key === 'Enter' && at >= 0) graph.show(at);
    else if (at < 0) graph.choose(graph.zoom);
    else if (key === 'ArrowDown') graph.choose(first(at));
    else if (key === 'ArrowUp') graph.choose(data.parent[at]);
    else if (key === 'ArrowRight' && at > 0 && data.end[at] < data.end[data.parent[at]]) graph.choose(data.end[at]);
    else if (key === 'ArrowLeft' && at > 0 && at !== data.parent[at] + 1) {
      let before = data.parent[at] + 1;
      while (data.end[before] < at) before = data.end[before];
      graph.choose(before);
    }
  };
  const listen = [
    ['click', (event) => { const row = rowOf(event.target); if (row >= 0) graph.show(row); }],
    ['mouseover', (event) => { const row = rowOf(event.target); if (row >= 0) told(graph.words(row), graph); }],
    ['mouseleave', () => told(graph.chosen >= 0 ? graph.words(graph.chosen) : '', graph)],
  ];
  listen.forEach(([kind, act]) => frames.addEventListener(kind, act));
  graph.close = () => listen.forEach(([kind, act]) => frames.removeEventListener(kind, act));
  return graph;
}

/** Ctrl+F goes to the search field, Esc clears: whether a key was one of them. */
function searchKey(event, field, clear) {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f' && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
    field.select();
    return true;
  }
  if (event.key === 'Escape') clear();
  return event.key === 'Escape';
}
