import { type Clients, clientsOf, destroy } from '../../../lib/audit/live/clients.ts';
import { lookLive } from '../../../lib/audit/live/look.ts';
import type { Live } from '../../../lib/audit/live/model.ts';
import type { AuditFile } from '../../../lib/audit/template.ts';
import { synthesisedNow } from '../../../lib/commands/synthesised.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import type { Side } from '../../../lib/storage/location.ts';
import { startMoto } from '../moto.ts';
import type { FakeStack } from './cloudformation.ts';
import { deployTemplate } from './deploy.ts';
import { Gateway } from './gateway.ts';

/** Moto's own account. */
export const ACCOUNT = '123456789012';

export interface DeployedEnvironment {
  readonly compiled: CompiledPlan;
  readonly templates: readonly AuditFile[];
  readonly gateway: Gateway;
  /** Of the services in each region. */
  readonly clients: Readonly<Record<Side, Clients>>;
  stackOf(side: Side): FakeStack;
  /** Physical id of a resource. */
  idOf(side: Side, logicalId: RegExp): string;
  look(attempts?: number): Promise<Live>;
  stop(): Promise<void>;
}

export interface Aws {
  readonly gateway: Gateway;
  /** For clients of the SDK: endpoint and credentials. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Moto behind a gateway, with nothing in it. */
export async function startAws(): Promise<Aws> {
  const moto = await startMoto({ managedPolicies: true });
  const gateway = await Gateway.start(moto);
  return {
    gateway,
    env: { ...moto.env, AWS_ENDPOINT_URL: gateway.endpoint },
    async stop() {
      await gateway.stop();
      await moto.stop();
    },
  };
}

/** Deploys every template, with the SDK of this process. */
export async function deployAll(
  templates: readonly AuditFile[],
  regions: readonly string[],
  gateway: Gateway,
): Promise<void> {
  for (const file of templates) {
    const region = regions.find((one) => file.file.includes(one)) ?? '';
    await deployTemplate(file, ACCOUNT, region, gateway);
  }
}

/** Deploys what is synthesised of a plan's production into Moto. The SDK of this process talks to it from then on. */
export async function deployedEnvironment(
  plan: PlanInput,
  { failback = false } = {},
): Promise<DeployedEnvironment> {
  const { compiled, findings } = compile(plan, 'production');
  if (!compiled) throw new Error(JSON.stringify(findings));
  const [{ templates }, deployed] = await Promise.all([
    synthesisedNow(compiled),
    synthesisedNow(compiled, failback),
  ]);
  const aws = await startAws();
  const { gateway } = aws;
  Object.assign(process.env, aws.env);
  try {
    await deployAll(deployed.templates, Object.values(compiled.regions), gateway);
  } catch (error) {
    await aws.stop();
    throw error;
  }
  const clients = {
    primary: clientsOf({ region: compiled.regions.primary }),
    replica: clientsOf({ region: compiled.regions.replica }),
  };
  const stackOf = (side: Side): FakeStack => {
    const region = compiled.regions[side];
    const name = `${compiled.plan}-${compiled.environment}-${region}`;
    const stack = gateway.cloudFormation.stacks.get(`${region} ${name}`);
    if (!stack) throw new Error(`no stack ${name}`);
    return stack;
  };
  return {
    ...{ compiled, templates, gateway, clients, stackOf },
    idOf(side, logicalId) {
      const found = [...stackOf(side).made].find(([id]) => logicalId.test(id));
      if (!found) throw new Error(`no ${logicalId} in the ${side} stack`);
      return found[1].physicalId;
    },
    async stop() {
      Object.values(clients).forEach(destroy);
      await aws.stop();
    },
    look: (attempts = 2) =>
      lookLive({
        ...{ compiled, templates, attempts },
        failbackTemplates: async () => (await synthesisedNow(compiled, true)).templates,
        now: new Date('2026-01-02T03:04:05Z'),
        signal: new AbortController().signal,
      }),
  };
}
