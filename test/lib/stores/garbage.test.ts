import { constants, PerformanceObserver } from 'node:perf_hooks';
import { chunkMoved } from '../../../lib/stores/garbage.ts';

const MIB = 1024 * 1024;

test('chunks that a stream has moved are collected every few MiB, before memory piles up', async () => {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) {
      const kind = typeof detail === 'object' && detail !== null && 'kind' in detail && detail.kind;
      if (kind === constants.NODE_PERFORMANCE_GC_MINOR) collections++;
    }
  });
  observer.observe({ entryTypes: ['gc'] });
  let most = 0;
  for (let moved = 0; moved < 512; moved++) {
    Buffer.alloc(MIB, 1);
    chunkMoved(MIB);
    most = Math.max(most, process.memoryUsage().arrayBuffers);
  }
  // The observer hears of them in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  observer.disconnect();
  expect(collections).toBeGreaterThanOrEqual(512 / 4);
  expect(most).toBeLessThan(64 * MIB);
});
