import { VERSION } from '../../../lib/version.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { pods, synthesised } from '../synthesised.ts';

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

describe('every pod', () => {
  test('is one of the eight that two sources need', async () => {
    expect(pods(await objects).map(({ owner }) => owner)).toEqual([
      'Deployment/tidemark-audit-wal',
      'Deployment/tidemark-orders-wal',
      'CronJob/tidemark-audit-base-backup',
      'CronJob/tidemark-orders-base-backup',
      'CronJob/tidemark-audit-verification',
      'CronJob/tidemark-orders-verification',
      'CronJob/tidemark-audit-restore-latest',
      'CronJob/tidemark-orders-restore-latest',
    ]);
  });

  test('satisfies the restricted Pod Security Standard', async () => {
    for (const { spec } of pods(await objects)) {
      expect(spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.securityContext.runAsUser).toBeGreaterThan(0);
      expect(spec.securityContext.runAsGroup).toBeGreaterThan(0);
      expect(Object.keys(spec).filter((key) => /^(host|initContainers)/.test(key))).toEqual([]);
      expect(spec.containers[0]?.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
      });
    }
  });

  test('mounts nothing but its plan, a bounded scratch directory and what its source names', async () => {
    const allowed = ['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret'];
    for (const { spec } of pods(await objects)) {
      const kinds = spec.volumes
        .flatMap((volume) => Object.keys(volume))
        .filter((k) => k !== 'name');
      expect(kinds.filter((kind) => !allowed.includes(kind))).toEqual([]);
      for (const volume of spec.volumes.filter(({ emptyDir }) => emptyDir !== undefined)) {
        expect(volume.emptyDir).toEqual({ medium: 'Memory', sizeLimit: '16Mi' });
      }
      expect(spec.volumes.map(({ name }) => name)).toEqual(
        spec.containers[0]?.volumeMounts.map(({ name }) => name),
      );
    }
  });

  test('keeps HOME and TMPDIR on the scratch directory', async () => {
    for (const { spec } of pods(await objects)) {
      const [container] = spec.containers;
      const scratch = container?.volumeMounts.find(({ name }) => name === 'scratch');
      for (const name of ['HOME', 'TMPDIR']) {
        expect(container?.env).toContainEqual({ name, value: scratch?.mountPath });
      }
    }
  });

  test('has limits, and requests all of its memory', async () => {
    for (const { spec } of pods(await objects)) {
      const resources = spec.containers[0]?.resources;
      expect(resources?.requests.memory).toBe(resources?.limits.memory);
    }
  });

  test('runs the image of this version and of its server’s major', async () => {
    const images = pods(await objects).map(({ owner, spec }) => [owner, spec.containers[0]?.image]);
    for (const [owner, image] of images) {
      const major = owner?.includes('audit') ? 18 : 15;
      expect(image).toBe(`registry.example.com/tidemark:${VERSION}-pg${major}`);
    }
  });

  test('reads the mounted plan of its source', async () => {
    for (const { owner, spec, labels } of pods(await objects)) {
      const [container] = spec.containers;
      const source = owner.includes('audit') ? 'audit' : 'orders';
      expect(labels['app.kubernetes.io/instance']).toBe(source);
      expect(container?.command).toEqual(['tidemark']);
      expect(container?.args.slice(1, 5)).toEqual([
        '--config',
        '/etc/tidemark/plan.json',
        '--source',
        source,
      ]);
      expect(container?.volumeMounts).toContainEqual({
        name: 'plan',
        mountPath: '/etc/tidemark',
        readOnly: true,
      });
    }
  });

  test('knows its bucket and region, and never borrows the credentials of its node', async () => {
    for (const { spec } of pods(await objects)) {
      expect(spec.containers[0]?.env).toEqual(
        expect.arrayContaining([
          { name: 'TIDEMARK_STORE', value: 's3://shop-production-backups?region=eu-central-1' },
          { name: 'AWS_REGION', value: 'eu-central-1' },
          { name: 'AWS_EC2_METADATA_DISABLED', value: 'true' },
        ]),
      );
    }
  });
});
