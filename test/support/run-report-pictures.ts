/** Makes the pictures of docs/audit-report.md again: `node test/support/run-report-pictures.ts`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { htmlText } from '../../lib/report/audit/html/html.ts';
import { FAILED, KEPT } from '../lib/report/audit/example.ts';
import { startBrowser } from './browser.ts';

const FOLDER = resolve(import.meta.dirname, '../../docs/images');

/** CSS pixels. `from`: what the picture begins with, instead of the top of the page. */
const PICTURES = [
  { name: 'failed', audit: FAILED, width: 1280, height: 1180 },
  { name: 'dark', audit: KEPT, width: 1280, height: 900, colorScheme: 'dark', from: '#restorable' },
  { name: 'matrix', audit: FAILED, width: 1280, height: 900, from: '#matrix' },
  { name: 'phone', audit: KEPT, width: 390, height: 1180, from: '#restorable' },
  { name: 'paper', audit: FAILED, width: 794, height: 1030, media: 'print', from: '#proofs' },
] as const;

const browser = await startBrowser();
await mkdir(FOLDER, { recursive: true });
for (const picture of PICTURES) {
  const { name, audit, width, height } = picture;
  // The report's own policy would keep the margins of the sheet out.
  const page = await browser.newPage({ viewport: { width, height }, bypassCSP: true });
  await page.emulateMedia({
    colorScheme: 'colorScheme' in picture ? picture.colorScheme : 'light',
    media: 'media' in picture ? picture.media : 'screen',
  });
  await page.setContent(htmlText(audit));
  if ('media' in picture) await page.addStyleTag({ content: 'body { padding: 16mm 14mm; }' });
  const top =
    'from' in picture
      ? await page.evaluate<number>(
          `document.querySelector('${picture.from}').getBoundingClientRect().top - 24`,
        )
      : 0;
  const clip = { x: 0, y: top, width, height };
  const file = join(FOLDER, `audit-report-${name}.png`);
  await writeFile(file, await page.screenshot({ fullPage: true, clip }));
  await page.close();
  console.log(file);
}
await browser.close();
