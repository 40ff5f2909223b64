import { compile } from '../../../lib/plan/compile.ts';
import { mongodb } from '../../../lib/plan/language.ts';
import { daily, findingsOf, plan, source } from './example.ts';

const { restore } = source();
/** Says nothing of its own about verification. */
const silent = source({ verify: {} });

/** Of an engine that people restore: a finding tells of its drills. */
const memory = (verify: Parameters<typeof mongodb>[0]['verify']) =>
  mongodb({
    server: { service: 'mongodb.shop', replicaSet: 'rs0', credentials: 'mongodb' },
    protect: [daily],
    ...(verify && { verify }),
  });

test('a source is verified as the plan says, and otherwise where it says so itself', () => {
  const { compiled } = compile(
    plan({
      verify: { exists: 'daily', checksums: 'weekly', restore: 'monthly' },
      sources: {
        inherits: silent,
        differs: source({
          server: { ...silent.server, service: 'other.shop' },
          verify: { checksums: 'daily' },
          ...(restore && { restore }),
        }),
      },
    }),
    'production',
  );
  const cron = compiled?.sources.map(({ verify: { exists, checksums, restore: drill } }) =>
    [exists, checksums, drill].map((schedule) => schedule?.cron),
  );
  expect(cron).toEqual([
    ['30 6 * * *', '30 6 * * 1', '30 6 2 * *'],
    ['30 6 * * *', '30 6 * * *', '30 6 2 * *'],
  ]);
});

test('a check that is undefined is not written, and turns nothing off', () => {
  const undecided = source({ verify: { checksums: undefined, restore: undefined } });
  const { compiled } = compile(
    plan({
      verify: { checksums: 'daily', restore: 'monthly' },
      sources: { database: undecided },
      environments: {
        production: {
          account: '111111111111',
          sources: { database: { verify: { restore: 'weekly', checksums: undefined } } },
        },
      },
    }),
    'production',
  );
  expect(compiled?.sources[0]?.verify).toMatchObject({
    checksums: { cron: '30 6 * * *' },
    restore: { cron: '30 6 * * 1' },
  });
  const path = findingsOf(
    plan({
      verify: { restore: 'monthly' },
      sources: { memory: memory({ checksums: undefined, restore: undefined }) },
    }),
  )
    .map((finding) => finding.path)
    .find((one) => one.includes('verify.restore'));
  expect(path).toBe('verify.restore');
});

test('a finding about verification points to where it is written', () => {
  const pathOf = (changes: Parameters<typeof plan>[0]) =>
    findingsOf(plan(changes)).find(({ code }) => code === 'TM506' || code === 'TM502')?.path;
  const verify = { restore: 'monthly' } as const;
  expect(pathOf({ verify, sources: { memory: memory(undefined) } })).toBe('verify.restore');
  expect(pathOf({ verify, sources: { memory: memory(verify) } })).toBe(
    'sources.memory.verify.restore',
  );
  expect(pathOf({ sources: { database: silent } })).toBe('sources.database.verify.restore');
});
