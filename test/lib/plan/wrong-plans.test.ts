import fc from 'fast-check';
import { compile } from '../../../lib/plan/compile.ts';
import { isRecord } from '../../../lib/plan/merge.ts';
import bud from '../../../plans/bud.ts';
import insightdesk from '../../../plans/insightdesk.ts';
import sensei from '../../../plans/sensei.ts';
import somabrain from '../../../plans/somabrain.ts';
import vectorizer from '../../../plans/vectorizer.ts';
import { plan, source } from './example.ts';

const plans = fc.constantFrom(bud, insightdesk, sensei, somabrain, vectorizer);

/** What somebody may write by mistake, at a place where it means something and where it does not. */
const values = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, 0, -1, 1e9, Number.NaN, true, '', 'x', [], {}, [null]),
  fc.constantFrom<unknown>('0s', '1s', '999999d', '999999y', 'forever', '03:00', '99:99'),
  fc.constantFrom<unknown>('* * * * *', '0 0 31 2 *', '0 0 29 2 1', 'Mars/Phobos', 'Europe/Berlin'),
  fc.constantFrom<unknown>(
    { hourly: 1, yearly: 999 },
    { kind: 'full' },
    { kind: 'wal', flush: '1s' },
    { kind: 'incremental', every: '15m' },
    { kind: 'full', every: '1m', within: '9y' },
    { kind: 'full', cron: '0 0 29 2 *', within: '30y', keep: { daily: '1d', yearly: 1000 } },
  ),
);

/** Where something is changed: at each level the key of that number, and how deep. */
const places = fc.array(fc.nat(40), { minLength: 1, maxLength: 7 });

function edited(value: unknown, [place = 0, ...deeper]: readonly number[], to: unknown): unknown {
  if (!Array.isArray(value) && !isRecord(value)) return to;
  const keys = Object.keys(value);
  const key = keys[place % keys.length];
  if (key === undefined) return to;
  const inside = deeper.length === 0 ? to : edited(Reflect.get(value, key), deeper, to);
  return Array.isArray(value)
    ? value.map((item, index) => (String(index) === key ? inside : item))
    : { ...value, [key]: inside };
}

test('a wrong plan is refused with findings that say where and what instead, and never throws', () => {
  fc.assert(
    fc.property(
      plans,
      fc.array(fc.tuple(places, values), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('development', 'production', 'compliance'),
      (whole, edits, environment) => {
        const wrong = edits.reduce<unknown>((now, [place, to]) => edited(now, place, to), whole);
        const { compiled, findings } = compile(wrong, environment);
        const errors = findings.filter(({ severity }) => severity === 'error');
        expect(errors.length > 0).toBe(compiled === undefined);
        for (const { message, remedy } of findings) {
          expect([message, remedy]).toEqual([
            expect.stringMatching(/./),
            expect.stringMatching(/./),
          ]);
        }
      },
    ),
    { numRuns: 300, seed: 1 },
  );
});

test.each(["every: '0s'", "keep: '999999y'"])('%s is refused once, where it is', (text) => {
  const [, key = '', value = ''] = /^(\w+): '(\w+)'$/.exec(text) ?? [];
  const row = { kind: 'full', ...(key === 'every' ? {} : { at: '03:00' }), [key]: value };
  const database = { ...source(), protect: [row] };
  const { findings } = compile({ ...plan(), sources: { database } }, 'production');
  expect(
    findings.filter(({ path }) => path.startsWith('sources.database.protect.0')),
  ).toMatchObject([{ severity: 'error', path: `sources.database.protect.0.${key}` }]);
});
