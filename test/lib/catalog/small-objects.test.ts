import { forEach } from '../../../lib/catalog/small-objects.ts';

describe('something that is done for every item', () => {
  test('gives the results in the order of the items, whichever came first', async () => {
    const slowFirst = Promise.withResolvers<void>();
    const results = await forEach([...Array(40).keys()], async (item) => {
      if (item === 0) await slowFirst.promise;
      if (item === 39) slowFirst.resolve();
      return item * 2;
    });
    expect(results).toEqual([...Array(40).keys()].map((item) => item * 2));
  });

  test('ends with the first failure, when nothing is going on any more', async () => {
    const last = Promise.withResolvers<void>();
    const [begun, ended]: [number[], number[]] = [[], []];
    const doing = forEach([...Array(1000).keys()], async (item) => {
      begun.push(item);
      if (item === 0) throw new Error('the first failure');
      await last.promise;
      ended.push(item);
      throw new Error('a later one');
    });
    last.resolve();
    await expect(doing).rejects.toThrow('the first failure');
    expect(ended).toHaveLength(begun.length - 1);
    expect(begun.length).toBeLessThan(100);
  });
});
