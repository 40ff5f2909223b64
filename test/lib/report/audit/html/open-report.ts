import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import type { Audit } from '../../../../../lib/audit/model.ts';
import { htmlText } from '../../../../../lib/report/audit/html/html.ts';
import type { TempFolder } from '../../../../support/temp-folder.ts';

const AXE = readFileSync(createRequire(__filename).resolve('axe-core/axe.min.js'), 'utf8');

/** How a report is looked at; light and on a screen where nothing else is said. */
export interface Look {
  /** CSS pixels. */
  readonly width: number;
  readonly colorScheme?: 'light' | 'dark';
  readonly media?: 'screen' | 'print';
}

/** A report that is open in a browser. */
export interface OpenReport {
  readonly page: Page;
  /** Addresses that it asked for beside its own file. */
  readonly requests: readonly string[];
}

/** The report as somebody would open it: a file. The caller closes the page. */
export async function openReport(
  browser: Browser,
  folder: TempFolder,
  audit: Audit,
  look: Look,
): Promise<OpenReport> {
  const { width, colorScheme = 'light', media = 'screen' } = look;
  const file = join(folder.path, 'report.html');
  await writeFile(file, htmlText(audit));
  const page = await browser.newPage({ viewport: { width, height: 900 } });
  const url = pathToFileURL(file).href;
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  await page.emulateMedia({ colorScheme, media });
  await page.goto(url);
  return { page, requests };
}

/** What axe finds wrong, with the elements; throws where it looked at next to nothing. */
export async function axeViolations(page: Page): Promise<[rule: string, elements: string[]][]> {
  await page.evaluate(AXE);
  const { passes, violations } = await page.evaluate<AxeResults>(
    "axe.run({ resultTypes: ['violations'] })",
  );
  if (passes.length < 20) throw new Error(`axe found only ${passes.length} rules to look at`);
  return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
}
