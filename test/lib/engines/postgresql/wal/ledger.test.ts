import { WalLedger } from '../../../../../lib/engines/postgresql/wal/ledger.ts';
import type { ObjectStore } from '../../../../../lib/stores/store.ts';
import { runContext } from '../../../../support/backup-source.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 2, 0, seconds));
const STORE = {} as ObjectStore;

function ledger(): WalLedger {
  const made = new WalLedger(runContext(STORE, 18, { now: () => at(0) }), '42');
  made.begin(1, 0x1000000n);
  return made;
}

test('a moment counts when everything that there was at it is stored', () => {
  const target = ledger();
  target.expect({ at: at(1), lsn: 0x1000010n });
  target.expect({ at: at(2), lsn: 0x1000020n });
  expect(target.serverTime).toBeUndefined();
  target.storedTo(0x100001fn);
  expect(target.serverTime).toEqual(at(1));
  target.storedTo(0x1000020n);
  expect(target.serverTime).toEqual(at(2));
});

test('a moment at which nothing was new counts at once', () => {
  const target = ledger();
  target.storedTo(0x1000010n);
  target.expect({ at: at(5), lsn: 0x1000010n });
  expect(target.serverTime).toEqual(at(5));
});

test('what waited when the connection ended does not count', () => {
  const target = ledger();
  target.expect({ at: at(1), lsn: 0x1000010n });
  target.begin(1, 0x1000000n);
  target.storedTo(0x1000020n);
  expect(target.serverTime).toBeUndefined();
});

test('however many moments wait, the newest one that is stored counts in the end', () => {
  const target = ledger();
  for (let n = 1; n <= 5000; n++) target.expect({ at: at(n), lsn: 0x1000000n + BigInt(n) });
  target.storedTo(0x1000000n + 5000n);
  expect(target.serverTime).toEqual(at(5000));
});

test('a stretch begins with the segment in which the one before ended', () => {
  const target = ledger();
  target.segmentStored({ name: '000000010000000000000001', sha256: 'ab' }, 0x2000000n);
  target.storedTo(0x2000100n);
  expect(target.take()).toMatchObject({
    from: '0/1000000',
    durable: '0/2000100',
    segments: [{ name: '000000010000000000000001', sha256: 'ab' }],
    outcome: 'succeeded',
  });
  expect(target.take()).toMatchObject({ from: '0/2000000', durable: '0/2000100', segments: [] });
});

test('a reconnection does not break the stretch', () => {
  const target = ledger();
  target.segmentStored({ name: '000000010000000000000001', sha256: 'ab' }, 0x2000000n);
  target.begin(1, 0x2000000n);
  expect(target.take()).toMatchObject({ from: '0/1000000', durable: '0/2000000' });
});

test('a new process begins with what is stored already', () => {
  const target = ledger();
  target.begin(1, 0x5000000n, { since: 0x3000000n, durable: 0x5000100n });
  expect(target.take()).toMatchObject({ from: '0/3000000', durable: '0/5000100' });
});
