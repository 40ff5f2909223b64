import { buildAudit } from '../../../lib/audit/build.ts';
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
