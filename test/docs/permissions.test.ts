import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compile } from '../../lib/plan/compile.ts';
import { clickhouse, full, kubernetes, type PlanInput } from '../../lib/plan/language.ts';
import { type Deployed, deploy } from '../lib/access/deployed.ts';
import { bucketsIn, type Role, rolesIn } from '../lib/access/holders.ts';
import { plan, source, streamed } from '../lib/plan/example.ts';
import { GROUPS } from '../lib/vaults/shop.ts';

const text = readFileSync(resolve(import.meta.dirname, '../../docs/permissions.md'), 'utf8');

/** A plan that asks for every role and every permission that there is. */
const input = (lock?: 'governance'): PlanInput =>
  plan({
    objectives: { rpo: '30h', rto: '30h' },
    environments: { production: { account: '111111111111', ...(lock && { lock }) } },
    access: {
      breakGlass: { principals: ['user/anna'], bypassGovernance: lock === 'governance' },
    },
    alerts: {
      email: ['oncall@example.com'],
      slack: { workspace: 'T0123ABCD', channel: 'C0123ABCD' },
    },
    awsBackup: { groups: GROUPS },
    monitoring: { namespace: 'monitoring' },
    sources: {
      orders: source({
        protect: [
          streamed,
          full({ at: '03:00', keep: { daily: '30d', yearly: '7y' }, archive: ['yearly'] }),
        ],
      }),
      cluster: kubernetes({
        namespaces: ['shop'],
        protect: [full({ at: '05:00', within: '1h', keep: '30d' })],
      }),
      events: clickhouse({
        server: {
          service: 'clickhouse.shop',
          credentials: 'clickhouse',
          serviceAccount: 'clickhouse',
        },
        backup: { method: 'native' },
        protect: [full({ at: '07:00', within: '1h', keep: '30d' })],
      }),
    },
  });

function deployed(of: PlanInput): Deployed[] {
  const { compiled, findings } = compile(of, 'production');
  if (!compiled) throw new Error(JSON.stringify(findings));
  return deploy(compiled, true);
}

const resources = deployed(input('governance'));
const roles = rolesIn(resources);
const managed = roles.filter((role) => role.managed.length > 0);
const idle = roles.filter((role) => role.allowed.length === 0 && role.managed.length === 0);

/** Roles that are meant by the heading of a table. */
const MEANT: Readonly<Record<string, (name: string) => boolean>> = {
  writer: (name) => name.includes('-writer-'),
  restorer: (name) => name.includes('-restorer-'),
  verifier: (name) => name.includes('-verifier-'),
  'break-glass': (name) => name.includes('-break-glass-'),
  replication: (name) => name.includes('-replication-'),
  velero: (name) => /-velero-/.test(name) && !name.includes('-replication-'),
  landing: (name) => name.includes('-landing-'),
  'verify-checksum': (name) => name.includes('-verify-checksum-'),
  'verify-part': (name) => name.includes('-verify-part-'),
  'checksum-jobs': (name) => name.includes('-checksum-jobs-'),
  exporter: (name) => name.includes('-exporter-'),
  'alert-stale': (name) => name.includes('-alert-stale-'),
  services: (name) => !name.startsWith('tidemark-'),
};

const codes = (cell: string): string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

/** The first column of the tables of permissions, by what they are about. */
function documented(): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const section of text.split(/^## /m)) {
    const [title = ''] = section.split('\n');
    for (const table of section.matchAll(/^\| permission(?: of (\S+))? \|.*\n((?:\|.*\n)+)/gm)) {
      const [, of = title.toLowerCase(), rows = ''] = table;
      const cells = rows.split('\n').map((row) => row.split('|')[1] ?? '');
      tables.set(of, cells.flatMap(codes).sort());
    }
  }
  return tables;
}

const actionsOf = (of: readonly Role[]): string[] =>
  [...new Set(of.flatMap(({ allowed }) => allowed.flatMap(({ Action }) => Action)))].sort();

test.each(Object.keys(MEANT))('%s: the table lists what the templates allow', (kind) => {
  const meant = roles.filter(
    ({ name }) => MEANT[kind]?.(name) && !idle.some((one) => one.name === name),
  );
  expect(meant).not.toEqual([]);
  expect(documented().get(kind)).toEqual(actionsOf(meant));
});

test('every role has its table, and every table a role', () => {
  expect([...documented().keys()].sort()).toEqual(Object.keys(MEANT).sort());
  const tables = (name: string): number =>
    Object.values(MEANT).filter((means) => means(name)).length;
  const others = roles.filter((role) => !managed.includes(role) && tables(role.name) !== 1);
  expect(others.map(({ name }) => name)).toEqual([]);
});

test('the policies of AWS are named, and the role without any', () => {
  const names = managed.flatMap((role) => role.managed.map((arn) => arn.split('/').at(-1)));
  for (const name of new Set(names)) expect(text).toContain(`\`${name}\``);
  expect(managed.map(({ allowed }) => allowed)).toEqual(managed.map(() => []));
  expect(new Set(idle.map(({ name }) => name.replace(/[0-9A-F]{8}$/, '')))).toEqual(
    new Set(['SlackChannelConfigurationRole']),
  );
});

test('what nobody may is what the policies of the buckets deny', () => {
  const denied = [...resources, ...deployed(input())];
  const sids = bucketsIn(denied).flatMap(({ policy }) =>
    policy.flatMap(({ Effect, Sid }) => (Effect === 'Deny' && Sid !== undefined ? [Sid] : [])),
  );
  const [, section = ''] = text.split(/^## What nobody may$/m);
  const rows = section.split('\n').filter((row) => row.startsWith('| `'));
  expect(rows.flatMap((row) => codes(row.split('|')[1] ?? '')).sort()).toEqual(
    [...new Set(sids)].sort(),
  );
});

test('links lead somewhere', () => {
  const targets = [...text.matchAll(/\]\(((?!https?:)[^)#]+)/g)].map(([, path = '']) => path);
  expect(targets.length).toBeGreaterThan(1);
  for (const path of targets) {
    expect(() => readFileSync(join(import.meta.dirname, '../../docs', path))).not.toThrow();
  }
});
