import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { compiledPlan } from '../compiled-plan.ts';
import { named, synthesised } from '../synthesised.ts';

const objects = synthesised(compiledPlan());
describe('the base backup', () => {
  test('follows the plan’s schedule in its time zone, one at a time, and starts late rather than never', async () => {
    const cronJob = named(await objects, 'CronJob', 'tidemark-orders-base-backup');
    expect(cronJob.spec).toMatchObject({
      schedule: '0 3 * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
      // The shortest day of the year in Berlin has 23 hours, of which a job may take six.
      startingDeadlineSeconds: 17 * 3600,
      jobTemplate: {
        spec: {
          activeDeadlineSeconds: 21_600,
          backoffLimit: 3,
          ttlSecondsAfterFinished: 604_800,
        },
      },
    });
    expect(cronJob.spec).not.toHaveProperty('suspend');
  });

  test('is not tried again when its configuration is wrong', async () => {
    const cronJob = named(await objects, 'CronJob', 'tidemark-orders-base-backup');
    expect(cronJob.spec).toMatchObject({
      jobTemplate: {
        spec: {
          podFailurePolicy: {
            rules: [
              { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
              { action: 'FailJob', onExitCodes: { operator: 'In', values: [EXIT.input] } },
            ],
          },
        },
      },
    });
  });
});
