import { logical } from '../../../../lib/plan/language.ts';
import { codesOf, daily, findingsOf, plan, type Source, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

const withSource = (changes: Partial<Source>) => plan({ sources: { database: source(changes) } });

testRules([
  {
    code: 'TM650',
    severity: 'info',
    path: 'sources.database.drill.scratch',
    says: /restore into a volume of 20GiB/,
    fires: plan(),
    silent: withSource({ size: { full: '25GiB' } }),
  },
  {
    code: 'TM650',
    severity: 'info',
    path: 'sources.database.drill.scratch',
    says: /restore into a volume of 20GiB/,
    fires: withSource({ drill: { memory: '2Gi' } }),
    silent: withSource({ drill: { scratch: '100GiB' } }),
  },
  {
    code: 'TM651',
    severity: 'warning',
    path: 'sources.database.drill',
    says: /nothing runs it/,
    fires: withSource({ verify: { checksums: 'weekly' }, drill: { scratch: '1GiB' } }),
    silent: withSource({
      verify: { checksums: 'weekly' },
      protect: [streamed, daily, logical({ at: '02:00', keep: '30d' })],
      drill: { scratch: '1GiB' },
      hooks: { preDeploy: true, postDeploy: 'drill' },
    }),
  },
  {
    code: 'TM652',
    severity: 'error',
    path: 'sources.database.hooks.postDeploy',
    says: /holds chosen tables alone/,
    fires: withSource({
      protect: [streamed, daily, logical({ at: '02:00', keep: '30d', tables: ['orders'] })],
      hooks: { preDeploy: true, postDeploy: 'drill' },
    }),
    silent: withSource({
      protect: [streamed, daily, logical({ at: '02:00', keep: '30d', tables: ['orders'] })],
      hooks: { preDeploy: true, postDeploy: 'verify' },
    }),
  },
]);

test('a look at the dump of before a deployment needs that dump', () => {
  const hooks = { postDeploy: 'verify' } as const;
  expect(findingsOf(withSource({ hooks }))).toContainEqual(
    expect.objectContaining({
      severity: 'error',
      path: 'sources.database.hooks.postDeploy',
      message: 'there is no dump of before the deployment to look at',
      remedy: 'write hooks: { preDeploy: true } too',
    }),
  );
});

test.each([
  [{ drill: { scratch: '5' } }, 'sources.database.drill.scratch'],
  [{ drill: { memory: '2GB' } }, 'sources.database.drill.memory'],
  [{ drill: { storageClass: 'Fast SSD' } }, 'sources.database.drill.storageClass'],
  [{ drill: { expect: [{ query: '' }] } }, 'sources.database.drill.expect.0.query'],
  [{ image: 'ghcr.io/acme/postgis:16' }, 'sources.database.image'],
] as const)('%j is refused where it stands', (changes, path) => {
  const wrong = withSource(changes as unknown as Partial<Source>);
  expect(findingsOf(wrong)).toContainEqual(expect.objectContaining({ severity: 'error', path }));
});

test('an environment changes drills key by key', () => {
  const changed = {
    ...withSource({ drill: { scratch: '10GiB' } }),
    environments: {
      production: {
        account: '111111111111',
        sources: { database: { drill: { storageClass: 'gp3' } } },
      },
    },
  };
  expect(codesOf(changed)).not.toContain('TM650');
});
