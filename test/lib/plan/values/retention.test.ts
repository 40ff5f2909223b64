import { parseRetentionClass, retentionClass } from '../../../../lib/plan/values/retention.ts';

test.each([
  ['30d', 'standard', '30d', 30],
  ['24h', 'standard', '1d', 1],
  ['1y', 'cold', '366d-cold', 366],
  ['7y', 'standard', '2557d', 2557],
  ['7y', 'archive', '2557d-archive', 2557],
  ['forever', 'standard', 'forever', null],
  ['forever', 'cold', 'forever-cold', null],
  ['forever', 'archive', 'forever-archive', null],
] as const)('%s in %s storage is the class %s', (keep, storage, name, days) => {
  expect(retentionClass(keep, storage)).toEqual({ name, days, storage });
  expect(parseRetentionClass(name)).toEqual({ name, days, storage });
});

test.each(['', '0d', '30', 'd', '30d-warm', '30d-standard', '30d-cold-archive', '30d/..', 'cold'])(
  '%j is no class',
  (name) => {
    expect(() => parseRetentionClass(name)).toThrow(/not a retention class/);
  },
);
