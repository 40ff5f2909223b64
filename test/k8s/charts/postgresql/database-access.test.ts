import { compiledPlan, compiledSource } from '../../compiled-plan.ts';
import { pods, synthesised } from '../../synthesised.ts';

const { settings } = compiledSource();
const plan = compiledPlan({
  sources: [
    compiledSource(),
    compiledSource({
      name: 'audit',
      settings: { ...settings, server: { ...settings.server, version: '18', tls: 'verify-full' } },
    }),
  ],
});
const objects = synthesised(plan);
const podsOf = async (component: string) =>
  pods(await objects).filter(({ labels }) => labels['app.kubernetes.io/component'] === component);

describe('credentials', () => {
  test('are references to keys of the Secret, in the pods that reach the server', async () => {
    for (const { spec } of [...(await podsOf('wal-streamer')), ...(await podsOf('base-backup'))]) {
      expect(spec.containers[0]?.env).toEqual(
        expect.arrayContaining([
          {
            name: 'PGUSER',
            valueFrom: { secretKeyRef: { name: 'orders-backup', key: 'username' } },
          },
          {
            name: 'PGPASSWORD',
            valueFrom: { secretKeyRef: { name: 'orders-backup', key: 'password' } },
          },
        ]),
      );
    }
  });

  test('are not given to a restore, which reads the bucket only', async () => {
    for (const { spec } of await podsOf('restore')) {
      expect(spec.containers[0]?.env.filter(({ valueFrom }) => valueFrom)).toEqual([]);
    }
  });

  test('never come as Secret objects or as values of variables that hold secrets', async () => {
    const all = await objects;
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const literals = pods(all)
      .flatMap(({ spec }) => spec.containers[0]?.env ?? [])
      .filter(({ value }) => value !== undefined)
      .map(({ name }) => name);
    expect([...new Set(literals)].sort()).toEqual([
      'AWS_EC2_METADATA_DISABLED',
      'AWS_REGION',
      'HOME',
      'PGSSLROOTCERT',
      'TIDEMARK_STORE',
      'TMPDIR',
    ]);
  });

  test('include the authority where the server’s certificate is checked', async () => {
    const [audit, orders] = await podsOf('base-backup');
    expect(audit?.spec.containers[0]?.env).toContainEqual({
      name: 'PGSSLROOTCERT',
      value: '/etc/tidemark-ca/ca.crt',
    });
    expect(audit?.spec.volumes).toContainEqual({
      name: 'server-ca',
      secret: { secretName: 'orders-backup', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
    expect(orders?.spec.volumes.map(({ name }) => name)).toEqual(['plan', 'scratch']);
  });
});
