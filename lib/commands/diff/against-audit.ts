import { readFile } from 'node:fs/promises';
import { buildAudit } from '../../audit/build.ts';
import { type ComparableAudit, comparableAuditSchema } from '../../audit/diff/comparable-audit.ts';
import { diffAudits } from '../../audit/diff/diff.ts';
import { messageOf } from '../../message.ts';
import { InputError } from '../input-error.ts';
import { compileNamed, refusal } from '../plan-input.ts';
import { synthesisedNow } from '../synthesised.ts';
import type { Comparison } from './against-ref.ts';

/**
 * What the plan's templates and manifests promise now beside what an older audit found in them.
 * @param environment default: the audit's
 */
export async function diffAgainstAudit(
  plan: string,
  environment: string | undefined,
  file: string,
): Promise<Comparison> {
  const audit = await readAudit(file);
  if (environment !== undefined && environment !== audit.environment) {
    throw new InputError(
      `${file} is the audit of environment ${audit.environment}, not of ${environment}; compare with an audit of the same environment`,
    );
  }
  const { compiled, findings } = await compileNamed(plan, audit.environment);
  if (!compiled) throw new InputError(refusal(plan, audit.environment, findings));
  if (compiled.plan !== audit.plan) {
    throw new InputError(
      `${file} is the audit of plan ${audit.plan}, not of ${compiled.plan}; compare with an audit of the same plan`,
    );
  }
  const now = buildAudit({
    compiled,
    findings,
    ...(await synthesisedNow(compiled)),
    fresh: undefined,
    drills: [],
  });
  const changes = diffAudits(audit, now);
  return { against: file, diffs: [{ plan: audit.plan, environment: audit.environment, changes }] };
}

async function readAudit(file: string): Promise<ComparableAudit> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new InputError(
      `cannot read the audit ${file}: ${messageOf(cause)}; a name that ends in .json is a file, any other a git ref`,
      { cause },
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InputError(
      `${file} is not JSON (${messageOf(cause)}); write one with 'tidemark audit --format json --output ${file}'`,
      { cause },
    );
  }
  const parsed = comparableAuditSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new InputError(
      `${file} is not an audit that this version can compare: ${issue?.path.join('.')}: ${issue?.message}; write one with 'tidemark audit --format json --output ${file}'`,
    );
  }
  return parsed.data;
}
