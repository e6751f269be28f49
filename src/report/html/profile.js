
(function () {
  const byId = (id) => document.getElementById(id);
  const trees = {};
  for (const id of ['down', 'up']) trees[id] = grow(JSON.parse(byId(id).textContent));
  document.documentElement.classList.add('running');
  const part = (parent, tag, name, text) => {
    const made = parent.appendChild(document.createElement(tag));
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // The flame graph.
  const svg = document.querySelector('svg.flame'), field = byId('find'), reset = byId('reset');
  const frames = document.createElementNS(svg.namespaceURI, 'g');
  svg.removeAttribute('role');
  svg.setAttribute('tabindex', '0');
  svg.replaceChildren(frames);
  let graph;
  const told = (words, now) => {
    byId('told').textContent = words || 'Click a box to zoom in, a box above it or Esc to zoom out; Ctrl+F searches.';
    byId('told').classList.toggle('muted', !words);
    reset.disabled = !now.zoom && !field.value;
    svg.setAttribute('viewBox', '0 0 ' + now.width + ' ' + Math.max(now.height(), 1));
  };
  const look = () => {
    byId('found').textContent = graph.search(field.value);
    reset.disabled = !graph.zoom && !field.value;
  };
  const open = (id) => {
    graph?.close();
    graph = flameGraph(frames, trees[id], told);
    graph.resize(svg.parentElement.clientWidth - 24);
    byId('left-out').textContent = trees[id].leftOut;
    look();
  };
  const clear = () => {
    field.value = '';
    look();
    graph.show(0);
  };
  const press = (button) => {
    for (const other of button.parentElement.children) other.setAttribute('aria-pressed', String(other === button));
    const choice = button.dataset.choice;
    if (trees[choice]) open(choice);
    else frames.classList.toggle('by-change', choice === 'by-change');
  };
  document.querySelectorAll('[data-choice]').forEach((button) => button.addEventListener('click', () => press(button)));
  frames.classList.toggle('by-change', !!document.querySelector('[data-choice="by-change"]'));
  field.addEventListener('input', look);
  reset.addEventListener('click', clear);
  svg.addEventListener('keydown', (event) => {
    if (/^(Arrow|Enter)/.test(event.key)) {
      event.preventDefault();
      graph.key(event.key);
    }
  });
  window.addEventListener('keydown', (event) => searchKey(event, field, clear));
  new ResizeObserver(() => {
    const width = svg.parentElement.clientWidth - 24;
    if (Math.abs(width - graph.width) > 1) graph.resize(width);
  }).observe(svg.parentElement);

  // Tables: sorted by a click on a head, filtered by a field.
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v);
  };
  const sort = (table, column, ascending) => {
    const body = table.tBodies[0], sign = ascending ? 1 : -1;
    const rows = Array.from(body.rows, (row) => [value(row, column), row]);
    rows.sort(([a], [b]) => sign * (typeof a === 'number' ? a - b : a < b ? -1 : a > b ? 1 : 0));
    body.append(...rows.map(([, row]) => row));
    Array.from(table.tHead.rows[0].cells).forEach((head, at) => {
      if (at === column) head.setAttribute('aria-sort', ascending ? 'ascending' : 'descending');
      else head.removeAttribute('aria-sort');
    });
  };
  document.querySelectorAll('.sort').forEach((button) => button.addEventListener('click', () => {
    const head = button.parentElement, was = head.getAttribute('aria-sort');
    // Figures show the largest first, names begin with A.
    const ascending = was ? was === 'descending' : !head.classList.contains('number');
    sort(head.closest('table'), head.cellIndex, ascending);
  }));
  document.querySelectorAll('.filter').forEach((filter) => filter.addEventListener('input', () => {
    const count = filter.parentElement.querySelector('.count');
    let test;
    try {
      test = searcher(filter.value);
    } catch {
      count.textContent = 'not a valid pattern';
      return;
    }
    let shown = 0;
    const rows = byId(filter.dataset.table).tBodies[0].rows;
    for (const row of rows) {
      const hit = !test || Array.from(row.cells).some((cell) => cell.dataset.v === undefined && test(cell.textContent));
      row.hidden = !hit;
      shown += hit ? 1 : 0;
    }
    count.textContent = test ? thousands(shown) + ' of ' + thousands(rows.length) : '';
  }));

  // The call tree: rows are made when they are opened.
  const calls = byId('calls'), data = trees.down, MOST = 100, DEEPEST = 500;
  const children = (row) => {
    const list = [];
    for (let child = row + 1; child < data.end[row]; child = data.end[child]) list.push(child);
    return list;
  };
  const shown = (row) => calls.querySelector('[data-call="' + row + '"]');
  const level = (line) => Number(line.dataset.level);
  const below = (line) => {
    const list = [];
    for (let next = line.nextElementSibling; next && level(next) > level(line); next = next.nextElementSibling) list.push(next);
    return list;
  };
  const line = (kind, depth, words) => {
    const made = document.createElement('div');
    made.className = 'call ' + kind;
    made.dataset.level = depth;
    const what = part(made, 'span', 'what mono');
    what.style.setProperty('--level', Math.min(depth, 40));
    part(what, 'span', 'mark', '');
    part(what, 'bdi', '', words);
    return made;
  };
  const call = (row, depth) => {
    const made = line('', depth, row ? nameOf(data, row) : 'all'), inner = data.end[row] > row + 1;
    made.dataset.call = row;
    made.title = nameOf(data, row);
    made.tabIndex = -1;
    made.setAttribute('role', 'treeitem');
    made.setAttribute('aria-level', depth + 1);
    if (inner) made.setAttribute('aria-expanded', 'false');
    made.querySelector('.mark').textContent = inner ? '▸' : '';
    part(made, 'span', '', showValue(data, data.total[row]));
    part(made, 'span', '', showShare(data, data.total[row]));
    part(made, 'span', '', showValue(data, data.self[row]));
    return made;
  };
  /** Some of the calls below a row from the `from`th on, and how many more there are. */
  const block = (row, depth, from) => {
    const all = children(row), made = all.slice(from, from + MOST).map((child) => call(child, depth));
    if (all.length > from + MOST) {
      const more = line('more', depth, '… ' + thousands(all.length - from - MOST) + ' more');
      more.addEventListener('click', () => more.replaceWith(...block(row, depth, from + MOST)));
      made.push(more);
    } else {
      const at = data.less[0].indexOf(row);
      if (at >= 0) {
        const rest = line('rest', depth, 'smaller calls, left out');
        part(rest, 'span', '', showValue(data, data.less[1][at]));
        part(rest, 'span', '', showShare(data, data.less[1][at]));
        made.push(rest);
      }
    }
    return made;
  };
  const expand = (made, on) => {
    if (!made || made.getAttribute('aria-expanded') !== String(!on)) return;
    made.setAttribute('aria-expanded', String(on));
    made.querySelector('.mark').textContent = on ? '▾' : '▸';
    if (on) made.after(...block(Number(made.dataset.call), level(made) + 1, 0));
    else below(made).forEach((inner) => inner.remove());
  };
  const focus = (made) => {
    if (!made) return;
    calls.querySelector('[tabindex="0"]')?.setAttribute('tabindex', '-1');
    made.tabIndex = 0;
    made.focus();
  };
  /** Opens the largest call of each call, as long as it holds half of its caller. */
  const hot = (row) => {
    for (let deep = 0; deep < DEEPEST && data.end[row] > row + 1; deep++) {
      expand(shown(row), true);
      const next = row + 1;
      if (Math.abs(data.total[next]) * 2 < Math.abs(data.total[row])) return;
      row = next;
    }
  };
  const fold = () => {
    calls.replaceChildren(call(0, 0));
    calls.firstChild.tabIndex = 0;
    expand(calls.firstChild, true);
  };
  calls.addEventListener('click', (event) => {
    const made = event.target.closest('[data-call]');
    if (!made) return;
    focus(made);
    expand(made, made.getAttribute('aria-expanded') === 'false');
  });
  calls.addEventListener('keydown', (event) => {
    const made = event.target.closest('[data-call]'), item = (next) => (next?.dataset.call === undefined ? null : next);
    if (!made || !/^(Arrow|Enter)/.test(event.key)) return;
    event.preventDefault();
    if (event.key === 'ArrowDown') focus(item(made.nextElementSibling));
    else if (event.key === 'ArrowUp') focus(item(made.previousElementSibling));
    else if (event.key === 'ArrowRight') expand(made, true);
    else if (event.key === 'Enter') expand(made, made.getAttribute('aria-expanded') === 'false');
    else if (made.getAttribute('aria-expanded') === 'true') expand(made, false);
    else focus(shown(data.parent[Number(made.dataset.call)]));
  });
  byId('hot').addEventListener('click', () => hot(Math.max(0, Number(calls.querySelector('[tabindex="0"]')?.dataset.call ?? 0))));
  byId('fold').addEventListener('click', fold);
  fold();
  hot(0);
  const top = byId('top');
  top.tHead.rows[0].cells[1].setAttribute('aria-sort', 'descending');
  open('down');
})();
