import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EVERY_PLAN, everyObject } from '../every-plan.ts';
import { templateOf } from '../templates.ts';

/**
 * The test that runs the pods of each component, as a cluster runs them. A pod that is new has to be run, too: it is added here
 * with its test.
 */
const SCENARIOS: Readonly<Record<string, string>> = {
  'postgresql wal-streamer': 'postgresql-pods',
  'postgresql base-backup': 'postgresql-pods',
  'postgresql incremental-backup': 'postgresql-pods',
  'postgresql logical-backup': 'postgresql-pods',
  'postgresql setup': 'postgresql-pods',
  'postgresql verification': 'postgresql-pods',
  'postgresql restore': 'postgresql-pods',
  'postgresql load': 'postgresql-pods',
  'postgresql drill': 'drills',
  'postgresql status-check': 'outside-aws',
  'redis snapshot': 'redis-pods',
  'redis verification': 'redis-pods',
  'redis restore': 'redis-pods',
  'redis drill': 'drills',
  'every exporter': 'exporter',
};

const COMPONENT = 'app.kubernetes.io/component';
const INSTANCE = 'app.kubernetes.io/instance';

const components = new Set(
  EVERY_PLAN.flatMap(({ compiled }) =>
    everyObject(compiled).flatMap(([, object]) => {
      const labels = templateOf(object)?.metadata?.labels;
      if (!labels) return [];
      const source = compiled.sources.find(({ name }) => name === labels[INSTANCE]);
      return [`${source?.engine ?? 'every'} ${labels[COMPONENT]}`];
    }),
  ),
);

test('every pod that is derived of any plan is run by a test', () => {
  expect(Object.keys(SCENARIOS).sort()).toEqual([...components].sort());
});

/** What a workload's name ends with, by its component, where it is another word. */
const ENDINGS: Readonly<Record<string, string>> = {
  'wal-streamer': 'wal',
  restore: 'restore',
  load: 'load-latest',
  'status-check': 'status',
};

test.each(Object.entries(SCENARIOS))('%s is run by %s.integration.test.ts', async (name, file) => {
  const component = name.split(' ')[1] ?? '';
  const text = await readFile(join(import.meta.dirname, `${file}.integration.test.ts`), 'utf8');
  expect(text).toMatch(new RegExp(`tidemark-(\\w+-)?${ENDINGS[component] ?? component}`));
});
