
(() => {
  'use strict';
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const plain = (text) => text.toLowerCase();
  all('.search, .tools').forEach((e) => { e.hidden = false; });
  all('form').forEach((f) => f.addEventListener('submit', (e) => e.preventDefault()));

  // Panels are text until somebody needs one.
  let made = null;
  const panels = () => {
    if (!made) {
      made = document.createElement('template');
      made.innerHTML = one('#panels').textContent;
    }
    return made.content;
  };
  // bring puts the panel with an id into the page, with its rules in place of links to them. It says whether it did.
  const bring = (id) => {
    if (!id || document.getElementById(id)) return false;
    const target = panels().getElementById(id);
    if (!target) return false;
    const panel = target.closest('.panel').cloneNode(true);
    panel.setAttribute('aria-label', panel.querySelector('h2').textContent);
    all('.steps a', panel).forEach((link) => {
      const rule = panels().querySelector(link.getAttribute('href')).cloneNode(true);
      rule.removeAttribute('id');
      link.parentElement.replaceWith(rule);
    });
    all('.command', panel).forEach((p) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      button.textContent = 'Copy';
      p.append(' ', button);
    });
    one('#panels').before(panel);
    return true;
  };

  // Search: everything that has an id and words.
  let known = null;
  const things = () => known ??= [...all('main [data-find]'), ...all('[data-find]', panels())]
    .map((e) => ({ id: e.id, text: e.dataset.find, key: plain(e.dataset.find) }));
  const search = one('#search'), found = one('#found');
  const show = () => {
    const words = plain(search.value).split(/\s+/).filter(Boolean);
    found.replaceChildren();
    if (!words.length) return;
    const hits = things().filter((t) => words.every((w) => t.key.includes(w)));
    for (const hit of hits.slice(0, 30)) {
      const item = document.createElement('li'), link = document.createElement('a');
      link.href = '#' + hit.id;
      link.textContent = hit.text;
      item.append(link);
      found.append(item);
    }
    const rest = document.createElement('li');
    rest.className = 'soft';
    if (!hits.length) rest.textContent = 'nothing found';
    if (hits.length > 30) rest.textContent = `${hits.length - 30} more; add a word`;
    if (rest.textContent) found.append(rest);
  };
  search.addEventListener('input', show);
  found.addEventListener('click', () => { search.value = ''; found.replaceChildren(); });

  // Panels: keep the focus where people are, and go back with Escape.
  let last = null;
  const opened = () => {
    if (bring(location.hash.slice(1))) location.replace(location.hash); // The new element becomes the target.
    const panel = one('.panel:target');
    if (panel) {
      panel.querySelector('.close a').focus({ preventScroll: true });
    } else if (last && document.contains(last)) {
      last.focus({ preventScroll: true });
      last = null;
    }
  };
  document.addEventListener('click', (e) => {
    const link = e.target.closest('a[href^="#"]');
    if (link) bring(link.hash.slice(1));
    if (link && !link.closest('.panel')) last = link;
  });
  window.addEventListener('hashchange', opened);
  if (location.hash) opened();
  document.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return;
    if (search.value) {
      search.value = '';
      found.replaceChildren();
    } else if (one('.panel:target')) {
      const y = window.scrollY;
      location.hash = '#matrix';
      window.scrollTo(0, y);
    }
  });

  // Commands that can be copied.
  document.addEventListener('click', (e) => {
    if (!e.target.matches('.copy')) return;
    const code = e.target.parentElement.querySelector('code');
    const done = () => { e.target.textContent = 'Copied'; };
    const select = () => { getSelection().selectAllChildren(code); };
    if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(done, select); else select();
  });

  // The matrix: filter, order, and arrow keys.
  const table = one('#cells');
  if (!table) return;
  const head = table.tHead.rows[0], body = table.tBodies[0];
  const columns = [...head.cells].slice(1), rows = [...body.rows];
  all('td a', body).forEach((a) => a.setAttribute('aria-label', `${a.textContent}: ${a.title}`));
  const cells = rows.map((r) => [...r.cells].slice(1));
  const orders = {
    trust: () => 0,
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name),
    count: (a, b) => b.dataset.count - a.dataset.count,
  };
  const arrange = () => {
    const order = orders[one('#order').value], word = plain(one('#filter').value.trim()), marked = one('#marked').checked;
    const ordered = (list) => list.map((e, i) => [e, i]).sort((a, b) => order(a[0], b[0]) || a[1] - b[1]).map((p) => p[1]);
    const shown = (cell) => cell.className !== '' && !(marked && cell.className === 'carried');
    const named = (e) => word === '' || plain(e.dataset.name).includes(word);
    const visible = cells.map((line, i) => line.map((c, j) => shown(c) && (named(rows[i]) || named(columns[j]))));
    const all = word === '' && !marked;
    const places = ordered(columns);
    head.append(...places.map((j) => columns[j]));
    columns.forEach((c, j) => { c.hidden = !all && !visible.some((line) => line[j]); });
    for (const i of ordered(rows)) {
      rows[i].append(...places.map((j) => cells[i][j]));
      cells[i].forEach((c, j) => {
        c.hidden = columns[j].hidden;
        if (c.firstElementChild) c.firstElementChild.hidden = !all && !visible[i][j];
      });
      rows[i].hidden = !all && !visible[i].some(Boolean);
      body.append(rows[i]);
    }
  };
  for (const id of ['#order', '#filter', '#marked']) one(id).addEventListener('input', arrange);
  table.addEventListener('keydown', (e) => {
    const step = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[e.key];
    const at = e.target.closest('td');
    if (!step || !at) return;
    let row = at.parentElement, column = at.cellIndex;
    for (;;) {
      row = step[0] > 0 ? row.nextElementSibling : step[0] < 0 ? row.previousElementSibling : row;
      column += step[1];
      if (!row || column < 1 || column >= row.cells.length) return;
      const link = row.cells[column].querySelector('a');
      if (link && link.offsetParent) {
        e.preventDefault();
        link.focus();
        return;
      }
    }
  });
})();
