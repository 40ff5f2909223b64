import fc from 'fast-check';
import { contradictions } from './simulation/claims.ts';
import { MANY, MINUTES, seeds, sources } from './simulation/random-rows.ts';

test(
  'simulated years never contradict what is claimed of random rows',
  () => {
    fc.assert(
      fc.property(sources, seeds, (rows, seed) => {
        expect(contradictions(rows, seed)).toEqual([]);
      }),
      MANY,
    );
  },
  10 * MINUTES,
);
