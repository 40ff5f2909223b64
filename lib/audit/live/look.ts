import { accountOf } from '../../plan/account.ts';
import type { CompiledPlan } from '../../plan/compiled.ts';
import type { Side } from '../../storage/location.ts';
import type { AuditFile } from '../template.ts';
import { checkAccount } from './account.ts';
import { type Clients, clientsOf, destroy } from './clients.ts';
import { compareStacks } from './compare-stacks.ts';
import type { Home } from './home.ts';
import { liveStack, strangers, templatesOf } from './live-stack.ts';
import type { Live } from './model.ts';

export interface LookOptions {
  readonly compiled: CompiledPlan;
  /** What was synthesised. */
  readonly templates: readonly AuditFile[];
  /** The same for replication both ways: it is what is compared where that is deployed. */
  readonly failbackTemplates: () => Promise<readonly AuditFile[]>;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Of the shared configuration, by side. @default the SDK's chain of credentials */
  readonly profiles?: Readonly<Partial<Record<Side, string>>>;
  /** Of each request. @default 6 */
  readonly attempts?: number;
}

/**
 * Compares what is deployed with the templates. Only reads.
 * @throws LiveError where nothing can be looked at
 */
export async function lookLive(options: LookOptions): Promise<Live> {
  const { compiled, profiles = {}, attempts } = options;
  const made = new Map<string, Clients>();
  const clientsAt = ({ owner, region }: Home): Clients => {
    const key = `${owner} ${region}`;
    const clients = made.get(key) ?? clientsOf({ region, profile: profiles[owner], attempts });
    made.set(key, clients);
    return clients;
  };
  try {
    for (const owner of ['primary', 'replica'] as const) {
      const region = compiled.regions[owner];
      const account = accountOf(compiled, owner);
      await checkAccount(clientsAt({ owner, region }), account, owner, region, profiles[owner]);
    }
    return await look(options, clientsAt);
  } finally {
    [...made.values()].forEach(destroy);
  }
}

async function look(options: LookOptions, clientsAt: (home: Home) => Clients): Promise<Live> {
  const { compiled, now, signal } = options;
  const read = (names: Iterable<string>) =>
    Promise.all([...names].map((name) => liveStack(name, compiled, clientsAt)));
  const oneWay = templatesOf(options.templates);
  const stacks = await read(oneWay.keys());
  const unknown = strangers(stacks, oneWay);
  const bothWays = unknown > 0 ? templatesOf(await options.failbackTemplates()) : oneWay;
  // Some of what is not in the templates is in those for replication both ways: then that is what was deployed.
  const failback = strangers(stacks, bothWays) < unknown;
  const templates = failback ? bothWays : oneWay;
  const others = await read([...templates.keys()].filter((name) => !oneWay.has(name)));
  const compared = await compareStacks([...stacks, ...others], templates, compiled, signal);
  return { at: now.toISOString(), failback, ...compared };
}
