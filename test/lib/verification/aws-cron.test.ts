import { CADENCE_SCHEDULES } from '../../../lib/plan/values/cadence.ts';
import { awsCron } from '../../../lib/verification/aws-cron.ts';

const cron = (text: string): string => awsCron({ cron: text, timezone: 'Etc/UTC' });

describe('cron for EventBridge', () => {
  test.each([
    ['0 3 * * *', 'cron(0 3 * * ? *)'],
    ['*/15 * * * *', 'cron(0,15,30,45 * * * ? *)'],
    ['30 6 2 * *', 'cron(30 6 2 * ? *)'],
    ['10-50/20 0 1-7,15 JAN,JUN *', 'cron(10,30,50 0 1-7,15 1,6 ? *)'],
  ])('reads %s as %s', (from, to) => {
    expect(cron(from)).toBe(to);
  });

  test.each([
    ['0 3 * * 0', 'cron(0 3 ? * 1 *)'],
    ['0 3 * * SUN', 'cron(0 3 ? * 1 *)'],
    ['0 3 * * 1-5', 'cron(0 3 ? * 2-6 *)'],
    ['0 3 * * MON-FRI', 'cron(0 3 ? * 2-6 *)'],
    ['0 3 * * 6', 'cron(0 3 ? * 7 *)'],
    ['0 3 * * */2', 'cron(0 3 ? * 1,3,5,7 *)'],
  ])('counts days of the week from 1 for Sunday: %s is %s', (from, to) => {
    expect(cron(from)).toBe(to);
  });

  test('accepts every cadence of a plan', () => {
    expect(Object.values(CADENCE_SCHEDULES).map(awsCron)).toEqual([
      'cron(30 6 * * ? *)',
      'cron(30 6 ? * 2 *)',
      'cron(30 6 2 * ? *)',
    ]);
  });

  test('refuses what EventBridge cannot say', () => {
    expect(() => cron('0 0 13 * 5')).toThrow(
      'EventBridge cannot run "0 0 13 * 5": it names a day of the month and a day of the week',
    );
  });
});
