import fc from 'fast-check';
import { contradictions } from './simulation/claims.ts';
import { oneFailure, seeds, sources } from './simulation/random-rows.ts';

/** The same ones every time: what fails here fails everywhere. */
const MANY = { numRuns: 1000, seed: 42 };
const MINUTES = 60_000;

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
