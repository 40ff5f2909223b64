import type { Browser } from 'playwright-core';
import type { Audit } from '../../../../../lib/audit/model.ts';
import { startBrowser } from '../../../../support/browser.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { FAILED, KEPT } from '../example.ts';
import { hostile } from '../hostile.ts';
import { axeViolations, type Look, openReport } from './open-report.ts';

/** What is left of a sheet of A4 between the margins of the style sheet, in CSS pixels. */
const A4 = Math.floor(((210 - 2 * 14) / 25.4) * 96);

// axe looks at every letter's colour: some seconds a page, more where the machine is busy.

let browser: Browser;
let folder: TempFolder;

beforeAll(async () => {
  browser = await startBrowser();
  folder = await tempFolder('report');
});

afterAll(async () => {
  await browser?.close();
  await folder?.remove();
});

const open = (audit: Audit, look: Look) => openReport(browser, folder, audit, look);

const LOOKS: readonly [string, Audit, Look][] = [
  ['in light', FAILED, { width: 1280 }],
  ['in the dark', FAILED, { width: 1280, colorScheme: 'dark' }],
  ['on a phone', FAILED, { width: 360 }],
  ['on a phone in the dark', FAILED, { width: 360, colorScheme: 'dark' }],
  ['on paper', FAILED, { width: A4, media: 'print' }],
  ['where all is kept', KEPT, { width: 1280 }],
  ['where all is kept, in the dark', KEPT, { width: 1280, colorScheme: 'dark' }],
  ['of hostile names', hostile(FAILED), { width: 360 }],
];

/** The right edge of what reaches furthest, in CSS pixels. */
const WIDEST = `Math.floor(Math.max(
  document.documentElement.scrollWidth,
  ...[...document.querySelectorAll('table, ul, ol, h1, h2, p, code')].map(
    (element) => element.getBoundingClientRect().right,
  ),
))`;

/** Where the keyboard is, and whether that can be seen. */
const FOCUS = `(() => {
  const link = document.activeElement;
  const { width, height } = link.getBoundingClientRect();
  const seen = width > 1 && height > 1 && getComputedStyle(link).outlineStyle !== 'none';
  return { href: link.getAttribute('href'), seen };
})()`;

describe('a report', () => {
  test.each(LOOKS)('has no violation that axe knows of: %s', async (_, audit, look) => {
    const { page, requests } = await open(audit, look);
    const violations = await axeViolations(page);
    await page.close();
    expect(violations).toEqual([]);
    expect(requests).toEqual([]);
  });

  test.each([
    ['of promises', FAILED],
    ['of hostile names', hostile(FAILED)],
  ])('%s is never wider than the screen or the sheet', async (_, audit) => {
    const { page } = await open(audit, { width: 1280 });
    for (const width of [320, 360, 390, 768, 1025, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const widest = await page.evaluate<number>(WIDEST);
      expect([width, widest <= width ? 'fits' : widest]).toEqual([width, 'fits']);
    }
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: A4, height: 900 });
    expect(await page.evaluate<number>(WIDEST)).toBeLessThanOrEqual(A4);
    await page.close();
  });

  test('runs nothing that a name tries to bring in', async () => {
    const { page } = await open(hostile(KEPT), { width: 1280 });
    const foreign = await page.locator('script, img, iframe, object, [onerror], [style]').count();
    const styles = await page.locator('style').count();
    await page.close();
    expect([foreign, styles]).toEqual([0, 1]);
  });

  test('is dark where darkness is preferred, and white on paper', async () => {
    const ground = async (look: Look) => {
      const { page } = await open(KEPT, look);
      const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      await page.close();
      return colour;
    };
    expect(await ground({ width: 1280 })).toBe('rgb(251, 250, 247)');
    expect(await ground({ width: 1280, colorScheme: 'dark' })).toBe('rgb(19, 25, 29)');
    expect(await ground({ width: A4, colorScheme: 'dark', media: 'print' })).toBe(
      'rgb(255, 255, 255)',
    );
  });

  test('is reached by the keyboard from its first link on, and every stop is seen', async () => {
    const { page } = await open(KEPT, { width: 1280 });
    const links = await page.locator('a').count();
    const stops: string[] = [];
    for (let i = 0; i < links; i++) {
      await page.keyboard.press('Tab');
      const { href, seen } = await page.evaluate<{ href: string; seen: boolean }>(FOCUS);
      expect([href, seen]).toEqual([href, true]);
      stops.push(href);
    }
    const all = await page
      .locator('a')
      .evaluateAll((found) => found.map((a) => a.getAttribute('href')));
    await page.close();
    expect(stops[0]).toBe('#main');
    expect(stops).toEqual(all);
  });

  test('has a place for each of its own links', async () => {
    const { page } = await open(FAILED, { width: 1280 });
    const lost = await page.evaluate<string[]>(`
      [...document.querySelectorAll('a[href^="#"], use[href]')]
        .map((link) => link.getAttribute('href').slice(1))
        .filter((id) => document.querySelectorAll('[id="' + id + '"]').length !== 1)`);
    await page.close();
    expect(lost).toEqual([]);
  });

  test('prints on pages of A4 and repeats the heads of tables', async () => {
    const { page } = await open(KEPT, { width: 1280 });
    await page.emulateMedia({ media: 'print' });
    const heads = await page.evaluate<string[]>(
      "[...document.querySelectorAll('thead')].map((head) => getComputedStyle(head).display)",
    );
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    await page.close();
    const pages = pdf.match(/\/Type\s*\/Page\b/g) ?? [];
    expect(new Set(heads)).toEqual(new Set(['table-header-group']));
    expect(pages.length).toBeGreaterThan(4);
    expect(pages.length).toBeLessThan(15);
    expect(pdf).toMatch(/\/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]/);
  });
});
