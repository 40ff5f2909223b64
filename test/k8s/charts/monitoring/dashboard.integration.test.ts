import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { z } from 'zod';
import { dashboard } from '../../../../k8s/charts/monitoring/dashboard.ts';
import { GAUGES } from '../../../../lib/exporter/gauges.ts';
import { PROMTOOL } from '../../../support/prometheus-install.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { MONITORING, monitored } from './cases/alert-case.ts';

const dashboardSchema = z.object({
  uid: z.string().max(40),
  panels: z.array(
    z.object({
      id: z.number(),
      title: z.string(),
      type: z.enum(['stat', 'timeseries']),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ refId: z.string(), expr: z.string() })).min(1),
    }),
  ),
});

const json = dashboard(monitored(), MONITORING);
const { panels, uid } = dashboardSchema.parse(JSON.parse(json));
const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('dashboard');
});
afterAll(() => folder?.remove());

test('the same plan gives the same bytes, and a name that fits into an address', () => {
  expect(dashboard(structuredClone(monitored()), MONITORING)).toBe(json);
  expect(uid).toBe('tidemark-shop-production');
  const long = { ...monitored(), plan: 'a'.repeat(40), environment: 'b'.repeat(40) };
  expect(dashboardSchema.safeParse(JSON.parse(dashboard(long, MONITORING))).success).toBe(true);
});

test('panels have ids of their own and overlap nowhere', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
  );
  expect(new Set(taken).size).toBe(taken.length);
  expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
});

test('every question to Prometheus is one that it understands', async () => {
  const file = join(folder.path, 'panels.yaml');
  const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
  await writeFile(file, stringify({ groups: [{ name: 'panels', rules }] }));
  const { stdout } = await promisify(execFile)(PROMTOOL, ['check', 'rules', file]);
  expect(stdout).toContain(`SUCCESS: ${expressions.length} rules found`);
});

test('asks only for what the exporter tells', () => {
  const known = new Set<string>(Object.values(GAUGES).map(({ name }) => name));
  const asked = expressions.flatMap((expr) => expr.match(/\btidemark_[a-z_]+/g) ?? []);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
  for (const gauge of ['backupNewest', 'backupBytes', 'verificationNewest', 'logGaps'] as const) {
    expect(asked).toContain(GAUGES[gauge].name);
  }
});
