import { EXIT, failureCode, WAL_FETCH } from '../../lib/commands/exit-codes.ts';

const failures = Object.values(EXIT).filter((code) => code !== EXIT.ok);

test.each(failures)('a recovery is never told by %i that its log ends', (code) => {
  // PostgreSQL takes everything up to 125 for that.
  expect(failureCode(WAL_FETCH, code)).toBeGreaterThan(125);
});

test('a recovery that is being stopped ends as its shell would say it', () => {
  expect(failureCode(WAL_FETCH, EXIT.interrupted)).toBe(128 + 15);
});

test('every other command says what happened', () => {
  expect(failures.map((code) => failureCode('wal-push', code))).toEqual(failures);
});
