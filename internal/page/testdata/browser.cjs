// Uses pages as people do, in one browser. For each line "use[,axe][,print] PAGE" of the input it prints a line of JSON: what it finds.
// Usage: node browser.cjs CHROMIUM [FOLDER FOR SCREENSHOTS]
const puppeteer = require('puppeteer-core');
const axe = require('axe-core');
const readline = require('readline');
const [chromium, shots] = process.argv.slice(2);

(async () => {
  const browser = await puppeteer.launch({ executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [tasks, page] = line.split(/ (.*)/);
    console.log(JSON.stringify(await use(browser, page, tasks.split(','))));
  }
  await browser.close();
})().catch((e) => { console.error(e); process.exit(1); });

// The page's style for the dark has other colours, and nothing else.
const judges = {
  light: { resultTypes: ['violations'] },
  dark: { resultTypes: ['violations'], runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } },
};

async function use(browser, page, tasks) {
  const out = { errors: [], requests: [], violations: [] };
  const tab = await browser.newPage();
  tab.on('console', (m) => out.errors.push(m.text()));
  tab.on('pageerror', (e) => out.errors.push(String(e)));
  tab.on('request', (r) => { if (r.url() !== 'file://' + page) out.requests.push(r.url()); });
  tab.on('dialog', (d) => { out.errors.push('dialog: ' + d.message()); d.dismiss(); });
  await tab.setViewport({ width: 1300, height: 900 });
  const began = Date.now();
  await tab.goto('file://' + page);
  out.opened = Date.now() - began;
  const visible = (selector) => tab.$$eval(selector, (all) => all.filter((e) => e.offsetParent !== null).length);
  const shot = async (name) => { if (shots) await tab.screenshot({ path: `${shots}/${name}.png` }); };
  await shot('page');

  out.rows = await visible('#cells tbody tr');
  out.cells = await visible('#cells td a');
  if (out.cells > 0) {
    // A cell opens its rules; Escape closes them, and the focus is back on the cell.
    const says = await tab.$eval('#cells td a', (a) => { a.focus(); return a.title; });
    await tab.keyboard.press('Enter');
    await tab.waitForSelector('.panel:target');
    out.panel = await tab.$eval('.panel:target h2', (h) => h.textContent);
    out.panelHolds = await tab.$eval('.panel:target', (p) => p.querySelectorAll('.steps li').length);
    out.focusInPanel = await tab.waitForFunction(() => document.activeElement.closest('.panel') !== null, { timeout: 10000 })
      .then(() => true, () => false);
    await shot('cell');
    await tab.keyboard.press('Escape');
    await tab.waitForFunction(() => !document.querySelector('.panel:target'));
    out.focusBack = await tab.waitForFunction((title) => document.activeElement.title === title, { timeout: 10000 }, says)
      .then(() => true, () => false);
    // The arrow keys go from cell to cell.
    await tab.keyboard.press('ArrowRight');
    await tab.keyboard.press('ArrowDown');
    out.inMatrix = await tab.evaluate(() => document.activeElement.closest('#cells td') !== null);
    // The filter leaves only rows with the name, or that reach it.
    const name = await tab.$eval('#cells tbody tr', (r) => r.dataset.name);
    await tab.type('#filter', name);
    out.filtered = await visible('#cells td a');
    await tab.$eval('#filter', (f) => { f.value = ''; f.dispatchEvent(new Event('input')); });
    out.unfiltered = await visible('#cells td a');
    await tab.select('#order', 'name');
    out.byName = await tab.$$eval('#cells tbody tr', (all) => all.map((r) => r.dataset.name));
    await tab.select('#order', 'trust');
  }
  // The search finds what has a name, and leads to it.
  await tab.type('#search', 'internet');
  out.found = await visible('#found a');
  if (out.found > 0) {
    await tab.click('#found a');
    out.led = await tab.evaluate(() => location.hash);
    await tab.goto('file://' + page);
  }
  for (const scheme of ['light', 'dark']) {
    await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
    await shot(scheme);
    if (!tasks.includes('axe')) continue; // It takes minutes for large pages.
    await tab.evaluate(axe.source);
    const result = await tab.evaluate((options) => window.axe.run(options), judges[scheme]);
    for (const v of result.violations) {
      out.violations.push(`${scheme}: ${v.impact}: ${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
    }
  }
  await tab.setViewport({ width: 390, height: 800 });
  out.overflow = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await shot('narrow');
  if (tasks.includes('print')) {
    const pdf = await tab.pdf({ preferCSSPageSize: true, printBackground: true, path: shots ? `${shots}/page.pdf` : undefined });
    out.printed = pdf.length;
  }
  await tab.close();
  return out;
}
