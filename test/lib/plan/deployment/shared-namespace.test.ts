import { livesIn } from '../../../../lib/plan/deployment/shared-namespace.ts';

test.each([
  ['a server', { server: { service: 'vectorizer.shop' } }],
  ['a server of the same namespace', { server: { service: 'mongodb' } }],
  ['a bucket', { origin: { bucket: 'uploads', endpoint: 'https://minio.shop.svc:9000' } }],
  ['a vault', { store: { kind: 'vault', service: 'vault.shop' } }],
  ['certificates', { store: { kind: 'certificates', namespaces: ['web', 'shop'] } }],
  ['what a program reaches', { reaches: [{ service: 'memory.shop' }] }],
  ['configuration', { namespaces: ['shop'] }],
])('%s lives in the namespace of the jobs', (_what, source) => {
  expect(livesIn(source, 'shop')).toBe(true);
});

test.each([
  ['a server outside of the cluster', { server: { service: 'db.shop.example.com' } }],
  ['a server of another namespace', { server: { service: 'mongodb.data' } }],
  ['a bucket of S3', { origin: { bucket: 'shop' } }],
  ['a whole cluster', { namespaces: '*' as const }],
  ['nothing', {}],
])('%s does not', (_what, source) => {
  expect(livesIn(source, 'shop')).toBe(false);
});
