import { cronJobName } from '../../../k8s/charts/names.ts';

const long = 'a-source-with-a-name-of-forty-characters';

describe('names of CronJobs', () => {
  test('say what they are', () => {
    expect(cronJobName('orders', 'base-backup')).toBe('tidemark-orders-base-backup');
  });

  test('fit into 52 characters and stay apart', () => {
    const names = [cronJobName(long, 'base-backup'), cronJobName(long, 'restore-latest')];
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(name).toMatch(/^tidemark-[a-z0-9-]{1,42}[a-z0-9]$/);
  });

  test('do not change between runs', () => {
    expect(cronJobName(long, 'base-backup')).toBe(
      'tidemark-a-source-with-a-name-of-forty-char-7309aca4',
    );
  });
});
