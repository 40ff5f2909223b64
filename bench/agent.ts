import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from '../k8s/agent/bundle.ts';
import type { ServerAddress } from '../lib/engines/postgresql/connection.ts';
import { compile } from '../lib/plan/compile.ts';
import { full, postgresql, wal } from '../lib/plan/language.ts';
import { definePlan } from '../lib/plan/schema.ts';
import type { Account } from '../test/support/postgres-install.ts';
import type { Program } from './measure.ts';

/** A command of the agent on a store. */
export type Agent = (command: string, store: string, options?: readonly string[]) => Program;

/** The agent as the image ships it, with a plan for one PostgreSQL 15. */
export async function benchAgent(
  folder: string,
  address: ServerAddress,
  account: Account,
  env: NodeJS.ProcessEnv,
): Promise<Agent> {
  const program = await bundle(folder);
  const config = join(folder, 'plan.json');
  const { compiled, findings } = compile(plan(address, account), 'development');
  if (!compiled) throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
  await writeFile(config, JSON.stringify(compiled));
  const image = await imageEnvironment();
  return (command, store, options = []) => ({
    file: process.execPath,
    args: [program, command, '--config', config, '--store', store, ...options],
    env: {
      ...env,
      ...image,
      PGHOST: address.host,
      PGPORT: String(address.port),
      PGUSER: address.user,
      PGPASSWORD: address.password,
      PGSSLMODE: address.tls,
    },
  });
}

/** What the image says about memory. */
async function imageEnvironment(): Promise<NodeJS.ProcessEnv> {
  const dockerfile = join(import.meta.dirname, '../k8s/agent/Dockerfile');
  const text = await readFile(dockerfile, 'utf8');
  const found = [...text.matchAll(/(NODE_OPTIONS|MALLOC_ARENA_MAX)=(\S+)/g)];
  if (found.length !== 2) throw new Error(`${dockerfile} says nothing about memory`);
  return Object.fromEntries(found.map(([, name, value]) => [name, value]));
}

function plan(address: ServerAddress, account: Account) {
  return definePlan({
    name: 'bench',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '5m', rto: '1h' },
    kubernetes: { namespace: 'bench', cluster: 'bench', image: 'ghcr.io/example/agent' },
    alerts: { email: ['bench@example.com'] },
    environments: { development: { account: '111111111111' } },
    sources: {
      database: postgresql({
        server: {
          service: 'localhost',
          database: address.database,
          credentials: 'bench',
          version: '15',
          tls: 'disable',
          ...account,
        },
        protect: [wal({ flush: '10s', keep: '7d' }), full({ at: '02:00', keep: '7d' })],
        verify: { checksums: 'weekly', restore: 'weekly' },
        restore: { volumeClaim: 'restored' },
      }),
    },
  });
}
