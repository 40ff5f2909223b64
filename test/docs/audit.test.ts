import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { buildAudit } from '../../lib/audit/build.ts';
import { auditText } from '../../lib/report/audit/table.ts';
import { edited, replace } from '../lib/audit/edits.ts';
import { auditedEnvironment } from '../lib/audit/environment.ts';

/** A line number, which moves with everything that is added to a template. */
const LINE = /:\d+\b|line \d+/g;

describe('the example of docs/audit.md', () => {
  test('is what an audit of that edit says', async () => {
    const doc = await readFile(
      join(resolve(import.meta.dirname, '../..'), 'docs/audit.md'),
      'utf8',
    );
    const environment = await auditedEnvironment({ lock: false });
    const edit = replace(['"LifecycleConfiguration"', '"ExpirationInDays": 30'], '30', '20');
    const { files } = edited(environment.files, 'us-west-2.template.json', edit);
    const audit = buildAudit({ ...environment, ...files, fresh: environment.files, drills: [] });
    const said = new Set(comparable(auditText(audit, new PassThrough())));
    const shown = [...doc.matchAll(/^```\n(.*?)^```$/gms)]
      .map(([, block = '']) => block)
      .filter((block) => /^insightdesk|Problems/m.test(block))
      .flatMap(comparable);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((line) => !said.has(line))).toEqual([]);
  });
});

/** Lines without their numbers and without what the document cuts off. */
const comparable = (text: string): string[] =>
  text
    .split('\n')
    .filter((line) => !line.endsWith('…'))
    .map((line) => line.replace(LINE, ':n').replace(/ {2,}/g, '  ').trimEnd());
