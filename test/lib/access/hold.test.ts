import { roleName } from '../../../lib/access/role-names.ts';
import { locationOf } from '../../../lib/storage/location.ts';
import { compiledPlan } from '../stacks/environment.ts';
import { Environment } from './evaluation.ts';
import type { Role } from './holders.ts';

const compiled = compiledPlan({ lock: 'compliance' });
const environment = new Environment(compiled);
const SIDES = ['primary', 'replica'] as const;

const administrator: Role = {
  name: 'administrator',
  arn: `arn:aws:iam::${compiled.account}:role/administrator`,
  account: compiled.account,
  trust: [],
  allowed: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  managed: [],
};

describe.each(SIDES)('a hold in the %s bucket', (side) => {
  const { bucketArn } = locationOf(compiled, side);
  const release = (key: string) => ({
    action: 's3:PutObjectLegalHold',
    resource: `${bucketArn}/${key}`,
    context: { 's3:object-lock-legal-hold': 'OFF' },
  });
  const data = release('data/30d/orders/20261121T030000Z-full-0a1b2c3d/base.tar');

  test('is not released by an administrator', () => {
    expect(environment.may(administrator, data)).toBe(false);
    expect(environment.may(administrator, { ...data, action: 's3:GetObjectLegalHold' })).toBe(true);
  });

  test('is moved by the verifier of its source, of its region', () => {
    const verifier = (region: string, source: string) =>
      roleName(compiled, region, 'verifier', source);
    const other = side === 'primary' ? 'replica' : 'primary';
    expect(environment.may(verifier(compiled.regions[side], 'orders'), data)).toBe(true);
    expect(environment.may(verifier(compiled.regions[side], 'wal'), data)).toBe(false);
    expect(environment.may(verifier(compiled.regions[other], 'orders'), data)).toBe(false);
  });

  test('is on backups, not on the log or on records', () => {
    const verifier = roleName(compiled, compiled.regions[side], 'verifier', 'orders');
    const manifest = 'catalog/30d/orders/20261121T030000Z-full-0a1b2c3d.json';
    expect(environment.may(verifier, release(manifest))).toBe(true);
    expect(environment.may(verifier, release('wal/7d/orders/7/00000001/x.zst'))).toBe(false);
    expect(environment.may(verifier, release('runs/orders/2026-11-21/x.json'))).toBe(false);
  });
});
