import { compiledPlan } from '../../compiled-plan.ts';
import { named, pods, synthesised } from '../../synthesised.ts';

const objects = synthesised(compiledPlan());
const podsOf = async (component: string) =>
  pods(await objects).filter(({ labels }) => labels['app.kubernetes.io/component'] === component);

describe('the WAL streamer', () => {
  test('is one and never two', async () => {
    expect(named(await objects, 'Deployment', 'tidemark-orders-wal').spec).toMatchObject({
      replicas: 1,
      strategy: { type: 'Recreate' },
    });
  });

  test('is probed by the file that it writes', async () => {
    for (const { spec } of await podsOf('wal-streamer')) {
      const [container] = spec.containers;
      expect(container?.args.slice(-2)).toEqual(['--health-file', '/tmp/health']);
      const probe = (maxAge: string) => ({
        exec: { command: ['tidemark', 'health', '--file', '/tmp/health', '--max-age', maxAge] },
        timeoutSeconds: 10,
      });
      expect(container?.startupProbe).toMatchObject(probe('180s'));
      expect(container?.readinessProbe).toMatchObject(probe('180s'));
      expect(container?.livenessProbe).toMatchObject(probe('900s'));
    }
  });

  test('gets the time to store its tail when it is stopped', async () => {
    for (const { spec } of await podsOf('wal-streamer')) {
      expect(spec.terminationGracePeriodSeconds).toBe(120);
    }
  });

  test('is selected by labels that no other component of the source carries', async () => {
    const deployment = named(await objects, 'Deployment', 'tidemark-orders-wal');
    expect(deployment.spec).toMatchObject({
      selector: {
        matchLabels: {
          'app.kubernetes.io/name': 'tidemark',
          'app.kubernetes.io/part-of': 'shop',
          'app.kubernetes.io/instance': 'orders',
          'app.kubernetes.io/component': 'wal-streamer',
        },
      },
    });
  });
});
