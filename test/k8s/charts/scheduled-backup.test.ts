import { EXIT } from '../../../lib/commands/exit-codes.ts';
import { compiledPlan, compiledSource, withDumps } from '../compiled-plan.ts';
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

  test('is not tried again when its configuration is wrong, and waits while another one runs', async () => {
    const cronJob = named(await objects, 'CronJob', 'tidemark-orders-base-backup');
    expect(cronJob.spec).toMatchObject({
      jobTemplate: {
        spec: {
          podFailurePolicy: {
            rules: [
              { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
              { action: 'Ignore', onExitCodes: { operator: 'In', values: [EXIT.busy] } },
              { action: 'FailJob', onExitCodes: { operator: 'In', values: [EXIT.input] } },
            ],
          },
        },
      },
    });
  });

  test('waits within its time for another run of the source, as the dump before a deployment does', async () => {
    const compiled = compiledPlan({ sources: [withDumps(true)] });
    const rule = { action: 'Ignore', onExitCodes: { values: [EXIT.busy] } };
    const jobs = (await synthesised(compiled)).flatMap(({ kind, metadata, spec }) =>
      kind === 'CronJob' && JSON.stringify(spec).includes('"args":["backup"')
        ? [{ name: metadata?.name, spec }]
        : [],
    );
    expect(jobs.length).toBeGreaterThan(2);
    for (const { spec } of jobs) {
      expect(spec).toMatchObject({
        jobTemplate: {
          spec: {
            podFailurePolicy: {
              rules: expect.arrayContaining([
                expect.objectContaining({
                  ...rule,
                  onExitCodes: expect.objectContaining(rule.onExitCodes),
                }),
              ]),
            },
          },
        },
      });
    }
  });
});

test('a restore is not begun anew by itself, not even when its node was drained', async () => {
  const cronJob = named(await objects, 'CronJob', 'tidemark-orders-restore-latest');
  expect(cronJob.spec).toMatchObject({
    jobTemplate: {
      spec: { backoffLimit: 0, podFailurePolicy: { rules: [{ action: 'FailJob' }] } },
    },
  });
});

test('an incremental backup runs beside it, by its own schedule and within its own time', async () => {
  const [full] = compiledSource().protections.filter(({ kind }) => kind === 'full');
  if (!full) throw new Error('no full backups');
  const incremental = {
    ...full,
    kind: 'incremental' as const,
    schedule: { cron: '*/15 * * * *', timezone: 'Europe/Berlin' },
    deadlineSeconds: 900,
  };
  const protections = [...compiledSource().protections, incremental];
  const plan = compiledPlan({ sources: [compiledSource({ protections })] });
  const cronJob = named(await synthesised(plan), 'CronJob', 'tidemark-orders-incremental-backup');
  expect(cronJob.spec).toMatchObject({
    schedule: '*/15 * * * *',
    concurrencyPolicy: 'Forbid',
    jobTemplate: { spec: { activeDeadlineSeconds: 900 } },
  });
  expect(JSON.stringify(cronJob.spec)).toContain('"--kind","incremental"');
});
