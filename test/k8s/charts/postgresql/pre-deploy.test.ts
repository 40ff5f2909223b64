import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { synthManifests } from '../../../../k8s/synth.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { compiledPlan, withDumps } from '../../compiled-plan.ts';
import { named, pods, synthesised, synthesisedFiles } from '../../synthesised.ts';

const plan = (preDeploy: boolean) => compiledPlan({ sources: [withDumps(preDeploy)] });

describe('the dump before a deployment', () => {
  test('is a hook for the application, beside the manifests and in no listing of them', async () => {
    const files = await synthesisedFiles(plan(true));
    const job = parse(files.get('hooks/orders-pre-deploy.yaml') ?? '');
    expect(job).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: 'tidemark-orders-pre-deploy',
        namespace: 'shop-backup',
        annotations: {
          'argocd.argoproj.io/hook': 'PreSync',
          'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
          'helm.sh/hook': 'pre-upgrade',
          'helm.sh/hook-delete-policy': 'before-hook-creation',
        },
      },
      spec: { activeDeadlineSeconds: 1800 },
    });
    expect(parse(files.get('hooks/kustomization.yaml') ?? '').resources).toEqual([
      'orders-pre-deploy.yaml',
    ]);
    expect(files.get('kustomization.yaml')).not.toContain('hooks');
  });

  test('is a suspended CronJob for pipelines, of the same pod', async () => {
    const objects = await synthesised(plan(true));
    expect(named(objects, 'CronJob', 'tidemark-orders-pre-deploy').spec).toMatchObject({
      suspend: true,
      schedule: '0 0 31 2 *',
    });
    const found = pods(objects).filter(({ owner }) => owner.includes('pre-deploy'));
    const hook = named(objects, 'Job', 'tidemark-orders-pre-deploy');
    expect(hook.spec).toMatchObject({ template: { spec: found[0]?.spec } });
    expect(found[0]?.labels['app.kubernetes.io/component']).toBe('logical-backup');
    const [container] = found[0]?.spec.containers ?? [];
    expect(container?.args).toEqual([
      'backup',
      '--config',
      '/etc/tidemark/plan.json',
      '--source',
      'orders',
      '--kind',
      'logical',
      '--label',
      'pre-deploy',
    ]);
    expect(container?.env.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['PGUSER', 'PGPASSWORD']),
    );
  });

  test('is not there unless the plan wants it, and goes when it no longer does', async () => {
    const folder = await tempFolder('hooks');
    try {
      await synthManifests(plan(false), folder.path);
      expect(await readdir(folder.path)).not.toContain('hooks');
      await synthManifests(plan(true), folder.path);
      expect(await readdir(join(folder.path, 'hooks'))).toHaveLength(2);
      await synthManifests(plan(false), folder.path);
      expect(await readdir(join(folder.path, 'hooks'))).toEqual([]);
      expect((await readdir(folder.path)).filter((name) => name.includes('deploy'))).toEqual([]);
    } finally {
      await folder.remove();
    }
  });
});
