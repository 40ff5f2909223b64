import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { ruleGroups } from '../../../../k8s/charts/monitoring/rule-groups.ts';
import { PROMTOOL } from '../../../support/prometheus-install.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { monitored, OURS, type Situation } from './cases/alert-case.ts';
import { ALERT_CASES } from './cases/all.ts';

const groups = ruleGroups(monitored());
const rules = groups.flatMap((group) => group.rules);

let folder: TempFolder;
beforeAll(async () => {
  folder = await tempFolder('promtool');
  await writeFile(join(folder.path, 'rules.yaml'), stringify({ groups }));
});
afterAll(() => folder?.remove());

/** What promtool says; its exit code decides. */
const promtool = (...args: readonly string[]) =>
  promisify(execFile)(PROMTOOL, args, { cwd: folder.path }).then(
    ({ stdout }) => ({ passed: true, output: stdout }),
    ({ stdout, stderr }) => ({ passed: false, output: `${stdout}${stderr}` }),
  );

interface Expectation extends Situation {
  readonly name: string;
  readonly alert: string;
  readonly alerts: readonly unknown[];
}

const firing = ALERT_CASES.map(({ alert, fires }): Expectation => {
  const rule = rules.find((one) => one.alert === alert);
  return {
    ...fires,
    name: `${alert} rings: ${fires.summary}`,
    alert,
    alerts: [
      {
        exp_labels: { ...OURS, ...fires.labels, severity: rule?.labels.severity },
        exp_annotations: { summary: fires.summary, description: rule?.annotations.description },
      },
    ],
  };
});

const silent = ALERT_CASES.flatMap((one) =>
  Object.entries(one.silent).map(
    ([why, situation]): Expectation => ({
      ...situation,
      name: `${one.alert} is silent: ${why}`,
      alert: one.alert,
      alerts: [],
    }),
  ),
);

test('the rules are what Prometheus takes', async () => {
  expect(await promtool('check', 'rules', 'rules.yaml')).toMatchObject({ passed: true });
});

test('every alert has a situation in which it rings, and one in which it does not', () => {
  const names = rules.map(({ alert }) => alert).sort();
  expect([...new Set(firing.map(({ alert }) => alert))].sort()).toEqual(names);
  expect([...new Set(silent.map(({ alert }) => alert))].sort()).toEqual(names);
});

/** All at once: what is wrong is told by its name. */
async function expectAll(file: string, expectations: readonly Expectation[]): Promise<void> {
  const tests = expectations.map(({ name, alert, at, series, alerts }) => ({
    name,
    interval: '5m',
    input_series: Object.entries(series).map(([of, values]) => ({ series: of, values })),
    alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: alerts }],
  }));
  await writeFile(
    join(folder.path, file),
    stringify({ rule_files: ['rules.yaml'], evaluation_interval: '5m', tests }),
  );
  const { passed, output } = await promtool('test', 'rules', file);
  expect([passed, output.trim()]).toEqual([true, expect.stringContaining('SUCCESS')]);
}

test('alerts ring where they must, and say what is wrong', () => expectAll('rings.yaml', firing));

test('alerts are silent where nothing is wrong', () => expectAll('silent.yaml', silent));

test('a situation that is expected to be another one is found out', async () => {
  const [first] = firing;
  if (!first) throw new Error('there are none');
  await expect(expectAll('wrong.yaml', [{ ...first, alerts: [] }])).rejects.toThrow(first.name);
});
