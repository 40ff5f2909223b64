import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { buildAudit } from '../../lib/audit/build.ts';
import type { Audit } from '../../lib/audit/model.ts';
import { PRICES, STORAGE } from '../../lib/plan/costs/prices.ts';
import { parseSizes } from '../../lib/plan/values/size.ts';
import { auditText } from '../../lib/report/audit/table.ts';
import { auditedEnvironment } from '../lib/audit/environment.ts';

let doc: string;
let audit: Audit;

beforeAll(async () => {
  doc = await readFile(join(resolve(import.meta.dirname, '../..'), 'docs/costs.md'), 'utf8');
  const [, sizes = ''] = /--sizes (\S+)\n/.exec(doc) ?? [];
  const environment = await auditedEnvironment({ lock: false });
  audit = buildAudit({
    ...environment,
    ...environment.files,
    fresh: environment.files,
    drills: [],
    sizes: { given: parseSizes(sizes), measured: new Map() },
  });
});

test('the example is what an audit says of these sizes', () => {
  const said = auditText(audit, new PassThrough()).split('\n');
  const [, example = ''] = /^```costs\n(.*?)^```$/ms.exec(doc) ?? [];
  const lines = example.trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.filter((line) => !said.includes(line))).toEqual([]);
});

test('the table of storage classes is the computed one', () => {
  const rows = [
    ...doc.matchAll(/^\| ([A-Z_]+) \| \$([\d.]+) \| (\d+) days \| (.+?) \| (\d+) days \|$/gm),
  ];
  const computed = audit.costs?.storageClasses.filter(({ name }) => name !== 'STANDARD');
  expect(
    rows.map(([, name, price, minimum, read, from]) => ({
      name,
      gibMonthUsd: Number(price),
      minimumDays: Number(minimum),
      immediate: read === 'at once',
      paysFromDays: Number(from),
    })),
  ).toEqual(computed);
});

test('its prices are those of the table', () => {
  const { readGib, gibMonth } = STORAGE.GLACIER_IR;
  expect(doc).toContain(`Instant Retrieval asks $${readGib} for each GiB`);
  expect(Math.floor(readGib / gibMonth)).toBe(7);
  expect(doc).toContain(`Europe, $${PRICES.transferGib} a GiB`);
  // Moving one object, and keeping one of a MiB in Standard for a month.
  const ratio = STORAGE.GLACIER_IR.transition / (STORAGE.STANDARD.gibMonth / 1024);
  expect(ratio).toBeGreaterThan(0.5);
  expect(ratio).toBeLessThan(2);
});
