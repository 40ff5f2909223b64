import { manifestFolders } from '../../k8s/folders.ts';
import { compile } from '../../lib/plan/compile.ts';
import { full, type PlanInput, postgresql, redis, snapshot, wal } from '../../lib/plan/language.ts';
import { VERSION } from '../../lib/version.ts';
import { plan } from '../lib/plan/example.ts';
import { lineChanges } from './line-changes.ts';

const server = { service: 'postgres.shop', database: 'shop', credentials: 'shop-db' };
const database = (at: string, version: '17' | '18' = '17') =>
  postgresql({
    server: { ...server, version },
    protect: [wal({ flush: '60s', keep: '7d' }), full({ at, keep: '30d' })],
    verify: { checksums: 'weekly', restore: 'monthly' },
    restore: { volumeClaim: 'restored' },
  });
const cache = (keep: `${number}d`) =>
  redis({
    server: { service: 'redis.shop', credentials: 'redis' },
    objectives: { rpo: '1d', rto: '1h' },
    protect: [snapshot({ every: '1h', keep })],
    verify: { checksums: 'weekly', restore: 'monthly' },
  });

const sources = { database: database('03:00'), cache: cache('7d') };
const kubernetes = { ...plan().kubernetes, namespace: 'backup' };
const before = plan({ sources, kubernetes });

/** Every file of an environment by its path. */
function files(of: PlanInput): Map<string, string> {
  const { compiled, findings } = compile(of, 'production');
  if (!compiled) throw new Error(JSON.stringify(findings));
  return new Map(
    manifestFolders(compiled).flatMap((folder) =>
      [...folder.files].map(
        ([name, text]) => [[folder.path, name].join('/').replace(/^\//, ''), text] as const,
      ),
    ),
  );
}

/** Whether a file is of one source, by its name. */
const isOf = (source: string, path: string): boolean =>
  new RegExp(`(^|[-/])${source}[-.]`).test(path);

/** Names the plan that a pod mounts: it changes with the plan of the source. */
const ROLLS = /^[-+] name: tidemark-(\w+-)?plan-[0-9a-f]{10}$/;

/** Changed lines of each file, without those by which pods take the new plan; and what came or went as a whole. */
function changed(changes: Partial<PlanInput>, base = before): Record<string, string[]> {
  const [old, now] = [files(base), files({ ...base, ...changes })];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return Object.fromEntries(
    paths
      .filter((path) => old.get(path) !== now.get(path))
      .map((path) => {
        const [from, to] = [old.get(path), now.get(path)];
        if (from === undefined) return [path, ['came']];
        if (to === undefined) return [path, ['went']];
        return [path, lineChanges(from, to).filter((line) => !ROLLS.test(line))];
      }),
  );
}

/** Of the plan that pods of a source read, which says everything about it. */
const planFile = (source: string): string => `40-${source}-plan.yaml`;

/** What changes beside the plan that pods read, and that they read another one. */
const besides = (all: Record<string, string[]>, source: string): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(all).filter(([path, lines]) => path !== planFile(source) && lines.length > 0),
  );

test.each<[what: string, changes: Partial<PlanInput>]>([
  ['the title', { title: 'Another' }],
  ['who is told', { alerts: { email: ['night@example.com'] } }],
  ['who may break the glass', { access: { breakGlass: { principals: ['user/anna'] } } }],
  ['a retired class', { retired: ['90d'] }],
  [
    'the runbook',
    {
      recovery: {
        severities: [],
        phases: [{ name: 'Data', within: '1h', restores: ['cache'], steps: ['wait'] }],
      },
    },
  ],
  [
    'another environment',
    { environments: { ...before.environments, staging: { account: '222222222222' } } },
  ],
])('%s changes no file', (_, changes) => {
  expect(changed(changes)).toEqual({});
  const watched = { ...before, monitoring: { namespace: 'monitoring' } };
  expect(changed(changes, watched)).toEqual({});
});

test('another schedule changes the plan that the exporter reads, and what rings for the source', () => {
  const watched = { ...before, monitoring: { namespace: 'monitoring' } };
  const all = changed({ sources: { ...sources, database: database('04:00') } }, watched);
  const others = Object.keys(all).filter((path) => !isOf('database', path));
  expect(others).toEqual(['40-plan.yaml', '45-exporter.yaml']);
  expect(all['45-exporter.yaml']).toEqual([]);
});

describe('another time of day for a backup', () => {
  const all = changed({ sources: { ...sources, database: database('04:00') } });

  test('changes files of its source alone', () => {
    expect(Object.keys(all).filter((path) => !isOf('database', path))).toEqual([]);
    expect(Object.keys(all)).toContain(planFile('database'));
  });

  test('changes one line of one file, beside the plan that the pods read', () => {
    expect(besides(all, 'database')).toEqual({
      '60-database-base-backup.yaml': ['- schedule: 0 3 * * *', '+ schedule: 0 4 * * *'],
    });
  });
});

test('another retention changes nothing but the plan that pods of its source read', () => {
  const all = changed({ sources: { ...sources, cache: cache('14d') } });
  expect(besides(all, 'cache')).toEqual({});
  expect(Object.keys(all).filter((path) => !isOf('cache', path))).toEqual([]);
});

test('another major of a server changes the image of its pods', () => {
  const all = changed({ sources: { ...sources, database: database('03:00', '18') } });
  const lines = new Set(Object.values(besides(all, 'database')).flat());
  expect([...lines]).toEqual([
    `- image: ghcr.io/acme/agent:${VERSION}-pg17`,
    `+ image: ghcr.io/acme/agent:${VERSION}-pg18`,
  ]);
  expect(Object.keys(all).filter((path) => !isOf('database', path))).toEqual([]);
});

test('a source more is its files, and a line for each in the listing', () => {
  const all = changed({ sources: { ...sources, audit: database('05:00') } });
  const came = Object.keys(all).filter((path) => all[path]?.[0] === 'came');
  expect(came.filter((path) => !isOf('audit', path))).toEqual([]);
  const others = Object.keys(all).filter((path) => !came.includes(path));
  const listed = all['kustomization.yaml'] ?? [];
  expect(listed).toEqual(came.filter((path) => !path.includes('/')).map((path) => `+ - ${path}`));
  expect(listed.length).toBeGreaterThan(5);
  expect(others.filter((path) => !path.endsWith('kustomization.yaml'))).toEqual([]);
});

test('a source less takes its files with it, and nothing else', () => {
  const all = changed({ sources: { database: sources.database } });
  const went = Object.keys(all).filter((path) => all[path]?.[0] === 'went');
  expect(went.filter((path) => !isOf('cache', path))).toEqual([]);
  expect(
    Object.keys(all).filter((path) => !went.includes(path) && !path.endsWith('kustomization.yaml')),
  ).toEqual([]);
});

describe('how pods fit the cluster', () => {
  test('changes what starts pods and no plan', () => {
    const tolerations = [{ key: 'backup', operator: 'Exists' as const }];
    const all = changed({ kubernetes: { ...kubernetes, pods: { tolerations } } });
    const lines = ['+ tolerations:', '+ - key: backup', '+ operator: Exists'];
    expect(Object.keys(all).length).toBeGreaterThan(3);
    expect([...new Set(Object.values(all).map((each) => each.join()))]).toEqual([lines.join()]);
  });

  test('changes one file where the network does', () => {
    const network = { extra: [{ cidr: '10.9.0.0/16', port: 3128 }] };
    expect(changed({ kubernetes: { ...kubernetes, network } })).toEqual({
      '30-network-policies.yaml': [
        '+ - ports:',
        '+ - port: 3128',
        '+ protocol: TCP',
        '+ to:',
        '+ - ipBlock:',
        '+ cidr: 10.9.0.0/16',
      ],
    });
  });

  test('changes the pods of one image where its digest does', () => {
    const [one, two] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`);
    const digests = (redisDigest: string | undefined) => ({
      kubernetes: {
        ...kubernetes,
        digests: { [`${VERSION}-pg17`]: one ?? '', [`${VERSION}-redis7`]: redisDigest ?? '' },
      },
    });
    const [old, now] = [
      files({ ...before, ...digests(one) }),
      files({ ...before, ...digests(two) }),
    ];
    const paths = [...now.keys()].filter((path) => old.get(path) !== now.get(path));
    expect(paths.filter((path) => !isOf('cache', path))).toEqual([]);
    const lines = paths.flatMap((path) => lineChanges(old.get(path) ?? '', now.get(path) ?? ''));
    expect([...new Set(lines)]).toEqual([
      `- image: ghcr.io/acme/agent:${VERSION}-redis7@${one}`,
      `+ image: ghcr.io/acme/agent:${VERSION}-redis7@${two}`,
    ]);
  });
});
