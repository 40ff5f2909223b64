import { buildAudit } from '../../../lib/audit/build.ts';
import { assignProofs } from '../../../lib/audit/proofs.ts';
import { readEnvironment } from '../../../lib/audit/read/environment.ts';
import { audited, type Case, testEdits } from './edit-cases.ts';
import { insert, replace } from './edits.ts';
import { auditedEnvironment } from './environment.ts';

const DRILL = '64-database-drill';

const EDITS: readonly Case[] = [
  [
    'a drill at another time',
    DRILL,
    replace(['  schedule:'], '30 6 2', '30 6 31'),
    /runs at '30 6 31 \* \*'; the plan needs that at '30 6 2 \* \*' Etc\/UTC/,
  ],
  [
    'a drill in another time zone',
    DRILL,
    replace(['timeZone:'], 'Etc/UTC', 'Asia/Tokyo'),
    /reads its schedule in Asia\/Tokyo; the plan needs that/,
  ],
  [
    'a drill suspended',
    DRILL,
    insert(['  schedule:'], ['  suspend: true']),
    /is suspended; the plan/,
  ],
];

testEdits(audited(), EDITS, { breaking: false });

test('a drill that is missing is one problem, and then people are to do it', async () => {
  const environment = await auditedEnvironment();
  const { files } = environment;
  const fresh = { fresh: files, drills: [] };
  const drilled = ({ verification }: ReturnType<typeof buildAudit>) =>
    verification.flatMap(({ check, automated, place }) =>
      /restore/.test(check) ? [[automated, place?.file.split('/').at(-1)]] : [],
    );
  const whole = buildAudit({ ...environment, ...files, ...fresh });
  expect(whole.problems).toEqual([]);
  expect(drilled(whole)).toEqual([
    [true, `${DRILL}.yaml`],
    [true, `${DRILL}.yaml`],
  ]);
  const manifests = files.manifests.filter(({ file }) => !file.includes(DRILL));
  const without = buildAudit({ ...environment, ...files, manifests, ...fresh });
  expect(without.problems).toMatchObject([
    { message: expect.stringMatching(/^no CronJob drills database; the plan needs that at/) },
  ]);
  expect(drilled(without)).toEqual([
    [false, undefined],
    [false, undefined],
  ]);
});

test('a drill of dumps is none of the base backups beside them', async () => {
  const { compiled, files } = await auditedEnvironment();
  const [source] = compiled.sources;
  if (!source) throw new Error('no source');
  const [base] = source.protections.filter(({ kind }) => kind === 'full');
  if (!base) throw new Error('no base backups');
  const protections = [...source.protections, { ...base, kind: 'logical' as const }];
  const plan = { ...compiled, sources: [{ ...source, protections }] };
  const { workloads } = readEnvironment(files, compiled);
  const [drill] = workloads.filter(({ action }) => action === 'drill');
  if (!drill) throw new Error('no drill');
  const ofDumps = { ...drill, options: [...drill.options, '--dump'] };
  const afterDeploy = { ...drill, options: [...drill.options, '--label', 'pre-deploy'] };
  const missing = (...workloads: (typeof drill)[]) =>
    assignProofs(plan, workloads).flatMap(({ action, workload }) => (workload ? [] : [action]));
  expect(missing(drill, ofDumps)).toEqual([]);
  expect(missing(ofDumps)).toEqual(['drill']);
  expect(missing(drill, afterDeploy)).toEqual(['dump-drill']);
});
