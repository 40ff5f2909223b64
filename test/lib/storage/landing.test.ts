import { landingServers } from '../../../lib/access/landing-access.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { clickhouse, full, weaviate } from '../../../lib/plan/language.ts';
import { plan, source } from '../plan/example.ts';
import { templates } from '../stacks/environment.ts';
import { bucketStatements, decision, roleStatements } from '../stacks/policy.ts';

const protect = [full({ at: '03:00', keep: '30d' })];

const { compiled, findings } = compile(
  plan({
    objectives: { rpo: '2d', rto: '1d' },
    sources: {
      database: source(),
      events: clickhouse({
        server: { service: 'clickhouse.stats', serviceAccount: 'clickhouse' },
        databases: ['events'],
        protect,
      }),
      // The other half of the same server.
      clicks: clickhouse({
        server: { service: 'clickhouse.stats.svc', serviceAccount: 'clickhouse' },
        databases: ['clicks'],
        protect,
      }),
      search: weaviate({ server: { service: 'weaviate', serviceAccount: 'weaviate' }, protect }),
      // Writes with keys of its own, beside the server, and without saying who it is.
      keys: clickhouse({
        server: { service: 'clickhouse.keys', serviceAccount: 'clickhouse' },
        backup: { method: 'native', credentials: 's3' },
        protect,
      }),
      beside: clickhouse({
        server: { service: 'clickhouse.beside', serviceAccount: 'clickhouse' },
        backup: { method: 'clickhouse-backup' },
        protect,
      }),
      unnamed: weaviate({ server: { service: 'weaviate.unnamed' }, protect }),
    },
  }),
  'production',
);
if (!compiled) throw new Error(JSON.stringify(findings));
const both = templates(compiled);

test('servers that write by themselves are told by their service account, each once', () => {
  expect(landingServers(compiled)).toEqual([
    { namespace: 'stats', serviceAccount: 'clickhouse', sources: ['events', 'clicks'] },
    { namespace: 'shop', serviceAccount: 'weaviate', sources: ['search'] },
  ]);
});

describe.each(['primary', 'replica'] as const)('landing/ in the %s region', (side) => {
  const template = both[side];
  const region = compiled.regions[side];
  const arn = (key: string) => `arn:aws:s3:::${compiled.buckets[side]}/${key}`;
  const roleArn = (name: string) => `arn:aws:iam::${compiled.account}:role/${name}`;
  const clickhouseRole = `tidemark-shop-production-stats.clickhouse-landing-${region}`;
  const weaviateRole = `tidemark-shop-production-shop.weaviate-landing-${region}`;
  const put = (role: string, key: string) =>
    decision([...bucketStatements(template), ...roleStatements(template, role)], {
      action: 's3:PutObject',
      resource: arn(key),
      context: {
        'aws:SecureTransport': 'true',
        's3:TlsVersion': '1.3',
        // What servers send: no condition, no encryption.
        's3:ObjectCreationOperation': 'true',
        'aws:PrincipalArn': roleArn(role),
      },
    });

  test('is written by the servers, each in the folders of its sources', () => {
    expect(put(clickhouseRole, 'landing/events/.backup')).toBe('Allow');
    expect(put(clickhouseRole, 'landing/clicks/.backup')).toBe('Allow');
    expect(put(weaviateRole, 'landing/search/backup_config.json')).toBe('Allow');
    expect(put(clickhouseRole, 'landing/search/backup_config.json')).toBeUndefined();
    expect(put(weaviateRole, 'landing/events/.backup')).toBeUndefined();
  });

  test('is all of the bucket that they write or read', () => {
    const may = (action: string, key: string) =>
      decision(roleStatements(template, clickhouseRole), { action, resource: arn(key) });
    for (const action of ['s3:PutObject', 's3:GetObject', 's3:DeleteObject']) {
      expect([action, may(action, 'landing/events/.lock')]).toEqual([action, 'Allow']);
      expect([action, may(action, 'data/30d/events/x')]).toEqual([action, undefined]);
      expect([action, may(action, 'catalog/30d/events/x.json')]).toEqual([action, undefined]);
    }
    expect(may('s3:DeleteObjectVersion', 'landing/events/.lock')).toBeUndefined();
  });

  test('tells them of an object that is not there, and lists nothing beside it', () => {
    const may = (context: Record<string, string>) =>
      decision(roleStatements(template, clickhouseRole), {
        action: 's3:ListBucket',
        resource: arn('').replace(/\/$/, ''),
        context,
      });
    expect(may({ 's3:prefix': 'landing/events/' })).toBe('Allow');
    expect(may({ 's3:prefix': 'landing/search/' })).toBeUndefined();
    expect(may({ 's3:prefix': 'catalog/' })).toBeUndefined();
    // Both ask for what they are about to write. Without this permission S3 answers 403, and they give up.
    expect(may({})).toBe('Allow');
  });

  test('is written by nobody else, whatever a role allows', () => {
    const writer = `tidemark-shop-production-database-writer-${region}`;
    const context = {
      'aws:SecureTransport': 'true',
      's3:TlsVersion': '1.3',
      's3:if-none-match': '*',
      's3:ObjectCreationOperation': 'true',
      'aws:PrincipalArn': roleArn(writer),
    };
    const resource = arn('landing/database/x');
    const request = { action: 's3:PutObject', resource, context };
    expect(decision(bucketStatements(template), request)).toBe('Deny');
  });

  test('is what these roles may use the key for', () => {
    const { Properties } = Object.values(
      template.findResources('AWS::KMS::Key', {
        Properties: { Description: `backups in ${compiled.buckets[side]}` },
      }),
    )[0] ?? { Properties: undefined };
    const users = JSON.stringify(Properties);
    expect(users).toContain(roleArn(clickhouseRole));
    expect(users).toContain(roleArn(weaviateRole));
  });
});
