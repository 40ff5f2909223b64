import { requireSteadyClock } from '../../../../../lib/engines/postgresql/restore/steady-clock.ts';

const proof = (time: string, durable: bigint, exact = true) => ({
  at: new Date(`2026-11-21T${time}Z`),
  durable,
  exact,
});
const MOMENT = new Date('2026-11-21T02:30:00Z');
/** Proofs that are a minute apart by a clock that is right. */
const check = (...proofs: ReturnType<typeof proof>[]) => {
  const recorded = proofs.map((each, minute) => ({
    ...each,
    recorded: {
      from: new Date(Date.UTC(2026, 10, 21, 1, minute - 1)),
      to: new Date(Date.UTC(2026, 10, 21, 1, minute)),
    },
  }));
  return () => requireSteadyClock(recorded, MOMENT);
};

test('a clock that only goes on', () => {
  expect(check(proof('02:00:00', 1n), proof('02:59:00', 2n), proof('03:00:00', 3n))).not.toThrow();
});

test('a clock that was set back past the moment, with commits since', () => {
  const back = [
    proof('02:00:00', 1n),
    proof('03:00:00', 2n),
    proof('02:10:00', 3n),
    proof('03:10:00', 4n),
  ];
  expect(check(...back)).toThrow('came twice');
  // Nothing was written between the two.
  const idle = [proof('03:00:00', 2n), proof('02:10:00', 2n), proof('03:10:00', 4n)];
  expect(check(...idle)).toThrow('name a position with --to-lsn instead, such as 0/2');
});

test('a clock that was set back past the moment, and has passed it again when it is looked at', () => {
  const back = [proof('02:00:00', 1n), proof('03:30:00', 2n), proof('02:30:30', 3n)];
  expect(check(...back)).toThrow('came twice');
});

test('a clock that was set back while nothing was written at all', () => {
  expect(check(proof('02:00:00', 2n), proof('03:00:00', 2n), proof('02:10:00', 2n))).not.toThrow();
});

test('a clock that was set back before or after the moment', () => {
  expect(check(proof('02:20:00', 1n), proof('02:10:00', 2n), proof('02:40:00', 3n))).not.toThrow();
  expect(check(proof('02:20:00', 1n), proof('02:50:00', 2n), proof('02:40:00', 3n))).not.toThrow();
});

test('the time of an earlier commit is no clock', () => {
  expect(
    check(proof('02:40:00', 1n), proof('02:20:00', 2n, false), proof('02:50:00', 3n)),
  ).not.toThrow();
});
