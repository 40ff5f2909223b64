import { diffPromises } from '../../../../lib/audit/diff/diff.ts';
import { full, wal } from '../../../../lib/plan/language.ts';
import type { PlanInput } from '../../../../lib/plan/schema.ts';
import { plan, protect } from '../../plan/example.ts';
import { diff, promises } from './versions.ts';

const email = ['oncall@example.com'];

describe('the time after which a missing backup is told', () => {
  /** Backups are made daily and take 6 hours at most: the schedule allows 30. */
  const toldAfter = (time?: '24h' | '48h' | '96h'): PlanInput =>
    plan({ alerts: { email, ...(time && { missing: { after: time } }) } });

  test('is that of the schedules where the plan allows more', () => {
    expect(diff(toldAfter('48h'), toldAfter())).toEqual([]);
    expect(diff(toldAfter(), toldAfter('48h'))).toEqual([]);
    expect(diff(toldAfter('48h'), toldAfter('96h'))).toEqual([]);
  });

  test('shrinks where the plan allows less, and no longer does', () => {
    expect(diff(toldAfter('24h'), toldAfter())).toEqual([
      'shrinks: the alert about a missing backup waits as long as the schedules allow: 1 d 6 h instead of 1 d',
    ]);
    expect(diff(toldAfter(), toldAfter('24h'))).toEqual([
      'grows: the alert about a missing backup comes after 1 d instead of 1 d 6 h',
    ]);
  });

  test('is told with a rarer schedule where the plan named one', () => {
    const weekly = protect(
      wal({ flush: '60s', keep: '30d' }),
      full({ cron: '0 3 * * 0', keep: '90d' }),
    );
    expect(diff(toldAfter('48h'), { ...weekly, alerts: { email } })).toContain(
      'shrinks: the alert about a missing backup waits as long as the schedules allow: 7 d 6 h instead of 1 d 6 h',
    );
    expect(diff(toldAfter(), weekly).join()).not.toContain('a missing backup');
  });
});

describe('an endpoint, whose path holds a key', () => {
  const [old, young] = ['0123456789abcdef', 'fedcba9876543210'];
  const paging = (...keys: string[]): PlanInput =>
    plan({
      alerts: {
        email,
        https: keys.map((key) => `https://events.pagerduty.com/integration/${key}/enqueue`),
      },
    });

  test('is named by its host', () => {
    expect(diff(paging(old), paging())).toEqual([
      'shrinks: https://events.pagerduty.com/… is no longer told when a backup fails or is missing',
    ]);
  });

  test('changes with its key, and no fact of it has either', () => {
    expect(diff(paging(old), paging(young))).toEqual([
      'changes: https://events.pagerduty.com/… is told at another address there',
    ]);
    const changes = diffPromises(promises(paging(old)), promises(paging(young)));
    expect(JSON.stringify(changes)).not.toMatch(new RegExp(`${old}|${young}`));
  });

  test('is one of two at the same host', () => {
    expect(diff(paging(old, young), paging(old))).toEqual([
      'shrinks: https://events.pagerduty.com/… is no longer told when a backup fails or is missing',
    ]);
  });
});
