import { parseRetentionClass, retentionClass } from '../../../../lib/plan/values/retention.ts';

test.each([
  ['30d', false, '30d', 30],
  ['24h', false, '1d', 1],
  ['1y', true, '366d-cold', 366],
  ['7y', false, '2557d', 2557],
  ['forever', false, 'forever', null],
  ['forever', true, 'forever-cold', null],
] as const)('%s (cold: %s) is the class %s', (keep, cold, name, days) => {
  expect(retentionClass(keep, cold)).toEqual({ name, days, cold });
  expect(parseRetentionClass(name)).toEqual({ name, days, cold });
});

test.each(['', '0d', '30', 'd', '30d-warm', '30d/..', 'cold'])('%j is no class', (name) => {
  expect(() => parseRetentionClass(name)).toThrow(/not a retention class/);
});
