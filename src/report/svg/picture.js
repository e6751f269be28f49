
(function () {
  const XHTML = 'http://www.w3.org/1999/xhtml', MARGIN = 16, HEAD = 88, FOOT = 36;
  const svg = document.currentScript.ownerSVGElement, SVG = svg.namespaceURI;
  if (svg !== document.documentElement) return; // Part of a page: a picture.
  const data = grow(JSON.parse(svg.querySelector('script[type="application/json"]').textContent));
  const frames = svg.querySelector('.frames'), ground = svg.querySelector('rect'), note = svg.querySelector('.note text');
  const headTexts = [...svg.querySelectorAll('.head text')], right = headTexts.find((text) => text.getAttribute('text-anchor') === 'end');
  svg.removeAttribute('role');
  svg.insertBefore(document.createElementNS(SVG, 'style'), frames).textContent =
    '.bar{display:flex;gap:8px;align-items:center;font:12px ' + svg.getAttribute('font-family') + ';color:var(--muted)}' +
    '.bar input,.bar button{font:inherit;color:var(--text);background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:4px 10px;height:28px;box-sizing:border-box}' +
    '.bar input{width:240px;min-width:80px;flex:0 1 240px}.bar button{cursor:pointer}.bar button:disabled{opacity:.5;cursor:default}' +
    '.bar :focus-visible{outline:2px solid var(--accent);outline-offset:-1px}' +
    '.bar span{white-space:nowrap}.bar .told{flex:1 1 0;min-width:0;overflow:hidden;text-overflow:ellipsis;text-align:right;color:var(--text)}';

  const holder = svg.insertBefore(document.createElementNS(SVG, 'foreignObject'), frames);
  const part = (parent, tag, attributes, text) => {
    const made = parent.appendChild(document.createElementNS(XHTML, tag));
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text) made.textContent = text;
    return made;
  };
  const bar = part(holder, 'div', { class: 'bar' });
  const field = part(bar, 'input', { type: 'search', placeholder: 'Search: text or /pattern/', 'aria-label': 'Search functions', title: 'Ctrl+F' });
  const reset = part(bar, 'button', { type: 'button', title: 'Show everything and clear the search (Esc)' }, 'Reset');
  const share = part(bar, 'span', { class: 'share', 'aria-live': 'polite' });
  const told = part(bar, 'span', { class: 'told', 'aria-live': 'polite' });
  const place = (x, y) => frames.setAttribute('transform', 'translate(' + x + ' ' + y + ')');

  const graph = flameGraph(frames, data, (words, now) => {
    told.textContent = told.title = words;
    reset.disabled = !now.zoom && !field.value;
    const height = HEAD + now.height() + FOOT;
    svg.setAttribute('height', height);
    svg.setAttribute('viewBox', '0 0 ' + (now.width + 2 * MARGIN) + ' ' + height);
    ground.setAttribute('height', height);
    note?.setAttribute('y', height - 14);
  });
  const layOut = () => {
    const width = Math.max(window.innerWidth - 20, 320);
    svg.setAttribute('width', width);
    ground.setAttribute('width', width);
    for (const [key, value] of Object.entries({ x: MARGIN, y: 46, width: width - 2 * MARGIN, height: 32 })) holder.setAttribute(key, value);
    place(MARGIN, HEAD);
    // The installed font may be wider than the one that was measured.
    const [title, figure] = headTexts;
    if (figure && figure !== right) figure.setAttribute('x', title.getBBox().x + title.getBBox().width + 10);
    if (right) {
      right.setAttribute('x', width - MARGIN);
      const ends = headTexts.filter((text) => text !== right).map((text) => { const box = text.getBBox(); return box.x + box.width; });
      right.style.display = Math.max(0, ...ends) + right.getBBox().width + 2 * MARGIN > width ? 'none' : '';
    }
    graph.resize(width - 2 * MARGIN);
  };
  const look = () => {
    share.textContent = graph.search(field.value);
    reset.disabled = !graph.zoom && !field.value;
  };
  const clear = () => {
    field.value = '';
    look();
    graph.show(0);
  };
  field.addEventListener('input', look);
  reset.addEventListener('click', clear);
  window.addEventListener('resize', layOut);
  window.addEventListener('keydown', (event) => {
    if (searchKey(event, field, clear)) return;
    if (document.activeElement !== field && document.activeElement !== reset && /^(Arrow|Enter)/.test(event.key)) {
      event.preventDefault();
      graph.key(event.key);
    }
  });
  layOut();
})();
