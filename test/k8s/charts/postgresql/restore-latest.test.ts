import { compiledPlan } from '../../compiled-plan.ts';
import { named, pods, synthesised } from '../../synthesised.ts';

const objects = synthesised(compiledPlan());
const podsOf = async (component: string) =>
  pods(await objects).filter(({ labels }) => labels['app.kubernetes.io/component'] === component);

describe('the restore of the latest state', () => {
  test('never starts by itself', async () => {
    expect(named(await objects, 'CronJob', 'tidemark-orders-restore-latest').spec).toMatchObject({
      suspend: true,
      schedule: '0 0 31 2 *',
      jobTemplate: { spec: { backoffLimit: 0, activeDeadlineSeconds: 86_400 } },
    });
  });

  test('writes the source’s volume as the server’s user', async () => {
    const spec = (await podsOf('restore')).find(({ owner }) => owner.includes('orders'))?.spec;
    expect(spec?.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 999,
      runAsGroup: 998,
      // A new volume is root's; one that it may write to already keeps its modes.
      fsGroup: 998,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(spec?.containers[0]?.args.slice(5)).toEqual([
      '--target',
      '/restore/data',
      '--to',
      'latest',
    ]);
    expect(spec?.volumes).toContainEqual({
      name: 'restore',
      persistentVolumeClaim: { claimName: 'orders-restored' },
    });
    expect(spec?.containers[0]?.volumeMounts).toContainEqual({
      name: 'restore',
      mountPath: '/restore',
    });
  });

  test('waits for the thaw, and longer, where backups are archived', async () => {
    const plan = compiledPlan();
    const sources = plan.sources.map((source) => ({
      ...source,
      protections: source.protections.map((protection) => ({
        ...protection,
        tiers: protection.tiers.map((tier) => ({ ...tier, class: '2557d-archive' })),
      })),
    }));
    const archived = await synthesised({ ...plan, sources } as typeof plan);
    const job = named(archived, 'CronJob', 'tidemark-orders-restore-latest');
    expect(job.spec).toMatchObject({ jobTemplate: { spec: { activeDeadlineSeconds: 129_600 } } });
    expect(
      pods(archived).find(({ owner }) => owner.includes('orders-restore-latest'))?.spec
        .containers[0]?.args,
    ).toContain('--wait-for-thaw');
  });
});
