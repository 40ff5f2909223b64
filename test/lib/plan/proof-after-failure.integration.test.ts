import fc from 'fast-check';
import { contradictions } from './simulation/claims.ts';
import { MANY, MINUTES, oneFailure, seeds, sources } from './simulation/random-rows.ts';

test(
  'simulated years with a failed run never contradict what is claimed of random rows',
  () => {
    fc.assert(
      fc.property(sources, seeds, oneFailure, (rows, seed, failing) => {
        expect(contradictions(rows, seed, failing)).toEqual([]);
      }),
      MANY,
    );
  },
  10 * MINUTES,
);
