import type { Browser } from 'playwright-core';
import { buildAudit } from '../../../../../lib/audit/build.ts';
import type { Audit } from '../../../../../lib/audit/model.ts';
import type { Synthesised } from '../../../../../lib/audit/read/environment.ts';
import { htmlText } from '../../../../../lib/report/audit/html/html.ts';
import { startBrowser } from '../../../../support/browser.ts';
import { type TempFolder, tempFolder } from '../../../../support/temp-folder.ts';
import { edited, replace } from '../../../audit/edits.ts';
import { type AuditedEnvironment, auditedEnvironment } from '../../../audit/environment.ts';
import { axeViolations, openReport } from './open-report.ts';

// Everything is synthesised once, and axe looks at every letter's colour.

let browser: Browser;
let folder: TempFolder;
let environment: AuditedEnvironment;

beforeAll(async () => {
  browser = await startBrowser();
  folder = await tempFolder('report');
  environment = await auditedEnvironment();
});

afterAll(async () => {
  await browser?.close();
  await folder?.remove();
});

const audited = (files: Synthesised): Audit =>
  buildAudit({ ...environment, ...files, fresh: environment.files, drills: [] });

describe("the report of InsightDesk's production", () => {
  test('says yes, and is open to everybody', async () => {
    const { page, requests } = await openReport(browser, folder, audited(environment.files), {
      width: 1280,
    });
    const answer = await page.locator('h1').textContent();
    const violations = await axeViolations(page);
    await page.close();
    expect(answer).toMatch(/^Is every promise kept\?\s+Yes/);
    expect(violations).toEqual([]);
    expect(requests).toEqual([]);
  });

  test('has every reference point at a line of a file that was read', () => {
    const audit = audited(environment.files);
    const files = [...environment.files.templates, ...environment.files.manifests];
    const references = [...htmlText(audit).matchAll(/href="#file-(\d+)"[^>]*>F(\d+):(\d+)</g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, target, number, line] of references) {
      expect(number).toBe(target);
      const file = files.find((one) => one.file === audit.files[Number(number) - 1]?.file);
      expect(file?.text.split('\n')[Number(line) - 1]?.trim()).toBeTruthy();
    }
  });

  test('says no where a rule was edited by hand, names its line, and draws less', () => {
    const path = ['"AWS::S3::Bucket"', '"LifecycleConfiguration"', '"ExpirationInDays": 30'];
    const edit = edited(environment.files, 'us-east-1.template', replace(path, '30', '20'));
    const text = htmlText(audited(edit.files));
    expect(text).toMatch(
      /Is every promise kept\?<\/span> <span class="answer">No: 1 of \d+ is not/,
    );
    expect(text).toContain(`${edit.file}:${edit.line}`);
    expect(text).toContain('up to 20 d: a recovery point every day.');
  });
});
