import { chunkMoved } from '../../../lib/stores/garbage.ts';

const MIB = 1024 * 1024;

/** Most memory of buffers at once, while chunks come and go. */
function mostWhile(told: (bytes: number) => void): number {
  let most = 0;
  for (let chunk = 0; chunk < 4096; chunk++) {
    Buffer.allocUnsafeSlow(MIB / 8);
    told(MIB / 8);
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  return most;
}

test('chunks that a stream has moved are collected every few MiB', () => {
  const before = process.memoryUsage().arrayBuffers;
  const collected = mostWhile(chunkMoved) - before;
  const alone = mostWhile(() => undefined) - before;
  expect(collected).toBeLessThan(32 * MIB);
  expect(alone).toBeGreaterThan(2 * collected);
});
