import type { AuditInput } from '../../../lib/audit/build.ts';
import type { Synthesised } from '../../../lib/audit/read/environment.ts';
import { synthesisedNow } from '../../../lib/commands/synthesised.ts';
import { compile } from '../../../lib/plan/compile.ts';
import insightdesk from '../../../plans/insightdesk.ts';

export interface AuditedEnvironment {
  readonly compiled: AuditInput['compiled'];
  readonly findings: AuditInput['findings'];
  readonly files: Synthesised;
}

interface Changes {
  /** @default true */
  readonly lock?: boolean;
  /** @default that of the primary region */
  readonly replicaAccount?: string;
}

/** InsightDesk's production as it is really synthesised, with an object lock beside unless it shall have none. */
export async function auditedEnvironment({
  lock = true,
  replicaAccount,
}: Changes = {}): Promise<AuditedEnvironment> {
  const { production } = insightdesk.environments;
  if (!production) throw new Error('plans/insightdesk.ts has no production');
  const locked = {
    ...insightdesk,
    environments: {
      ...insightdesk.environments,
      production: { ...production, lock: 'governance', ...(replicaAccount && { replicaAccount }) },
    },
  };
  const { compiled, findings } = compile(lock ? locked : insightdesk, 'production');
  if (!compiled) throw new Error(JSON.stringify(findings));
  return { compiled, findings, files: await synthesisedNow(compiled) };
}
