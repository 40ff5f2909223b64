import { parse, parseAllDocuments } from 'yaml';
import { manifestFolders } from '../../../k8s/folders.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { STAGES } from '../../../lib/plan/recovery.ts';
import { MONITORING } from '../charts/monitoring/cases/alert-case.ts';
import { clusterPlan, clusterSource } from '../charts/velero/cluster-source.ts';
import { compiledPlan } from '../compiled-plan.ts';

const RECOVERY: CompiledPlan['recovery'] = {
  severities: [],
  operators: ['cert-manager'],
  phases: [
    {
      name: 'Infrastructure',
      withinSeconds: 3600,
      restores: [],
      steps: ['Deploy the cluster'],
      stages: ['infrastructure', 'operators', 'rbac'],
    },
    { name: 'Data', withinSeconds: 7200, restores: ['orders'], steps: [], stages: ['data'] },
    { name: 'Calls', withinSeconds: 600, restores: [], steps: ['Tell everybody'] },
    {
      name: 'Application',
      withinSeconds: null,
      restores: [],
      steps: [],
      stages: ['configuration', 'application', 'checks'],
    },
  ],
};

const GITOPS = {
  repository: 'https://git.example.com/shop.git',
  revision: 'main',
  argoCd: { namespace: 'argocd', project: 'default' },
};

function planWith(kubernetes: Partial<CompiledPlan['kubernetes']> = {}): CompiledPlan {
  const plan = clusterPlan();
  return { ...plan, recovery: RECOVERY, kubernetes: { ...plan.kubernetes, ...kubernetes } };
}

const foldersOf = (plan: CompiledPlan): Map<string, ReadonlyMap<string, string>> =>
  new Map(manifestFolders(plan).map(({ path, files }) => [path, files]));

const fileOf = (plan: CompiledPlan, folder: string, name: string): string =>
  foldersOf(plan).get(folder)?.get(name) ?? '';

const objectsOf = (text: string) => parseAllDocuments(text).map((document) => document.toJS());

describe('a cluster is rebuilt', () => {
  test('in the order in which each stage needs the ones before', () => {
    const folders = [...foldersOf(planWith()).keys()].filter((path) =>
      path.startsWith('recovery/'),
    );
    expect(folders).toEqual(STAGES.map((stage, index) => `recovery/${index}0-${stage}`));
    expect(folders).toEqual([...folders].sort());
  });

  test('from a bucket in which Velero changes nothing meanwhile', () => {
    const locations = fileOf(planWith(), 'recovery/00-infrastructure', 'locations.yaml');
    expect(objectsOf(locations).map(({ kind }) => kind)).toEqual([
      'BackupStorageLocation',
      'VolumeSnapshotLocation',
    ]);
    expect(objectsOf(locations)[0].spec).toMatchObject({
      accessMode: 'ReadOnly',
      objectStorage: { bucket: 'shop-velero' },
    });
  });

  test('with the kinds of objects before the operators that own them', () => {
    const restores = objectsOf(fileOf(planWith(), 'recovery/10-operators', 'restores.yaml'));
    expect(
      restores.map(({ metadata: { name, annotations } }) => [
        name,
        annotations['argocd.argoproj.io/sync-wave'],
      ]),
    ).toEqual([
      ['cluster-recover-definitions', '0'],
      ['cluster-recover-operators', '1'],
    ]);
    expect(restores[1].spec.includedNamespaces).toEqual(['cert-manager']);
    expect(restores[1].spec).not.toHaveProperty('excludedNamespaces');
  });

  test('with what belongs to no namespace, also where the plan names namespaces', () => {
    const plan = planWith();
    const named = { ...plan, sources: [clusterSource({ namespaces: ['shop'] })] };
    for (const each of [plan, named]) {
      const restores = ['10-operators', '20-rbac', '30-data', '50-application'].map(
        (folder) => objectsOf(fileOf(each, `recovery/${folder}`, 'restores.yaml'))[0],
      );
      expect(restores.map(({ spec }) => spec.includeClusterResources)).toEqual(Array(4).fill(true));
    }
  });

  test.each(['10-operators', '20-rbac', '30-data', '40-configuration', '50-application'])(
    'by %s without what Tidemark makes, whose schedules would back up what is half there',
    (folder) => {
      for (const { spec } of objectsOf(fileOf(planWith(), `recovery/${folder}`, 'restores.yaml'))) {
        expect(spec.labelSelector.matchExpressions).toEqual([
          { key: 'app.kubernetes.io/managed-by', operator: 'NotIn', values: ['tidemark'] },
        ]);
        expect(spec.existingResourcePolicy).toBe('none');
      }
    },
  );

  test('with the servers by jobs that start at once, after the volumes', () => {
    const [job] = objectsOf(fileOf(planWith(), 'recovery/30-data', 'jobs.yaml'));
    expect(job).toMatchObject({
      kind: 'Job',
      metadata: {
        name: 'tidemark-orders-recover',
        annotations: { 'argocd.argoproj.io/sync-wave': '1' },
      },
    });
    const [container] = job.spec.template.spec.containers;
    expect(container.args.slice(-4)).toEqual(['--target', '/restore/data', '--to', 'latest']);
  });

  test('with the pod of the job that people start by hand, which is run as it is elsewhere', () => {
    const [job] = objectsOf(fileOf(planWith(), 'recovery/30-data', 'jobs.yaml'));
    const [byHand] = objectsOf(fileOf(planWith(), '', '70-orders-restore-latest.yaml'));
    expect(job.spec).toEqual(byHand.spec.jobTemplate.spec);
  });

  test('with nothing beside these jobs that would run', () => {
    const watched = { ...planWith(), monitoring: MONITORING };
    const foundations = objectsOf(fileOf(watched, 'recovery/30-data', 'foundations.yaml'));
    const kinds = new Set(foundations.map(({ kind }) => kind));
    expect(kinds).toContain('ServiceAccount');
    expect(
      [...kinds].filter((kind) =>
        ['CronJob', 'Deployment', 'Schedule', 'PrometheusRule'].includes(kind),
      ),
    ).toEqual([]);
    const [job] = objectsOf(fileOf(planWith(), 'recovery/30-data', 'jobs.yaml'));
    const names = foundations.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    const { serviceAccountName, volumes } = job.spec.template.spec;
    expect(names).toEqual(
      expect.arrayContaining([
        `ServiceAccount/${serviceAccountName}`,
        `ConfigMap/${volumes[0].configMap.name}`,
      ]),
    );
  });

  test('by kustomizations that list every file of their stage', () => {
    for (const [path, files] of foldersOf(planWith())) {
      if (!path.startsWith('recovery/') || files.size === 0) continue;
      const { resources } = parse(files.get('kustomization.yaml') ?? '');
      expect(resources).toEqual([...files.keys()].filter((name) => name !== 'kustomization.yaml'));
    }
  });

  test('by nothing where the plan neither backs it up nor names a stage', () => {
    const written = [...foldersOf(compiledPlan())].filter(
      ([path, files]) => path.includes('recovery') && files.size > 0,
    );
    expect(written).toEqual([]);
  });
});

describe('the runbook', () => {
  const text = (plan = planWith()) => fileOf(plan, 'recovery', 'runbook.md');

  test('gives each stage the time of its phase', () => {
    const rows = text().match(/^\| \d .*$/gm);
    expect(rows).toEqual([
      '| 0 infrastructure | Infrastructure | 1 h, with operators and rbac |',
      '| 1 operators | Infrastructure | 1 h, with infrastructure and rbac |',
      '| 2 rbac | Infrastructure | 1 h, with infrastructure and operators |',
      '| 3 data | Data | 2 h |',
      '| 4 configuration | Application | what the others leave, with application and checks |',
      '| 5 application | Application | what the others leave, with configuration and checks |',
      '| 6 checks | Application | what the others leave, with configuration and application |',
    ]);
  });

  test('names folders that are there, and every one of them', () => {
    const named = [...text().matchAll(/-k (recovery\/\S+)/g)].map(([, folder]) => folder);
    const written = [...foldersOf(planWith())].flatMap(([path, files]) =>
      path.startsWith('recovery/') && files.size > 0 ? [path] : [],
    );
    expect(named).toEqual(written);
  });

  test("has the plan's own steps in the first stage of their phase, and none of another phase", () => {
    expect(text()).toMatch(/## 0 infrastructure[^#]*- Deploy the cluster/);
    expect(text()).not.toContain('Tell everybody');
  });

  test('has servers go on with what was restored before backups begin', () => {
    const line = 'tidemark kubectl-plan switch-over --plan shop --env production --source orders';
    const [, application = ''] = text().split('## 5 application');
    expect(application.split('## 6 checks')[0]).toContain(`${line}\n`);
    const replica = fileOf(planWith({ standby: true }), 'replica/recovery', 'runbook.md');
    expect(replica).toContain(`${line} --replica\n`);
  });

  test('wakes a cluster that waited by the manifests that do so', () => {
    expect(text()).toContain('-k .\n');
    expect(fileOf(planWith({ standby: true }), 'replica/recovery', 'runbook.md')).toContain(
      '-k ../failover\n',
    );
  });

  test('is there without Velero where the plan names stages', () => {
    const { sources } = compiledPlan();
    const plan = { ...planWith(), sources };
    expect(text(plan)).toContain('`tidemark-orders-recover`');
    expect(text(plan)).not.toMatch(/helm|[Vv]elero/);
    expect(text(plan).match(/The plan backs up no cluster/g)).toHaveLength(4);
  });
});

test('looks as it did: what changes here changes what people do in an emergency', () => {
  expect(fileOf(planWith(), 'recovery', 'runbook.md')).toMatchSnapshot();
  expect(fileOf(planWith(), 'recovery/10-operators', 'restores.yaml')).toMatchSnapshot();
});

describe('Argo CD', () => {
  const plan = planWith({ gitops: GITOPS, standby: true });

  test('applies the stages one after the other, Velero first', () => {
    const files = foldersOf(plan).get('gitops/recovery/stages') ?? new Map();
    const applications = [...files]
      .filter(([name]) => name !== 'kustomization.yaml')
      .map(([, content]) => parse(content));
    expect(
      applications.map(({ metadata: { name, annotations } }) => [
        name.replace('tidemark-shop-production-recovery-', ''),
        Number(annotations['argocd.argoproj.io/sync-wave']),
      ]),
    ).toEqual([
      ['velero', -1],
      ['infrastructure', 0],
      ['operators', 1],
      ['rbac', 2],
      ['data', 3],
      ['configuration', 4],
      ['application', 5],
      ['checks', 6],
    ]);
    const once = { prune: false, selfHeal: false };
    expect(applications.map(({ spec }) => spec.syncPolicy.automated)).toEqual([
      ...Array(applications.length - 1).fill(once),
      // A server has to go on with what was restored before its backups begin, and that people say.
      undefined,
    ]);
  });

  test('takes every stage from where it is written', () => {
    const root = 'dist/shop/production/k8s/';
    const folders = foldersOf(plan);
    for (const where of ['gitops/recovery', 'gitops/recovery-replica']) {
      const files = [...(folders.get(`${where}/stages`) ?? [])];
      const paths = files
        .filter(([name]) => name !== 'kustomization.yaml')
        .flatMap(([, content]) => parse(content).spec.source?.path ?? []);
      expect(paths).toHaveLength(7);
      for (const path of paths) {
        const folder = path === root.slice(0, -1) ? '' : path.replace(root, '');
        expect([folder, folders.get(folder)?.has('kustomization.yaml')]).toEqual([folder, true]);
      }
    }
  });

  test('is told how it knows that a stage is done', () => {
    const { metadata, data } = parse(fileOf(plan, 'gitops/recovery', 'argocd-cm.yaml'));
    expect(metadata).toMatchObject({ name: 'argocd-cm', namespace: 'argocd' });
    expect(Object.keys(data)).toEqual([
      'resource.customizations.health.argoproj.io_Application',
      'resource.customizations.health.velero.io_BackupStorageLocation',
      'resource.customizations.health.velero.io_Restore',
    ]);
  });

  test('is told nothing where the plan does not speak of it', () => {
    expect(foldersOf(planWith()).get('gitops/recovery')?.size).toBe(0);
  });
});
