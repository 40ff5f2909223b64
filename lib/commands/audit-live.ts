import type { Live } from '../audit/live/model.ts';
import type { AuditFile } from '../audit/template.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { storeUrlOf, usesAws } from '../plan/store-url.ts';
import { InputError } from './input-error.ts';
import type { Io } from './main.ts';
import { synthesisedNow } from './synthesised.ts';

export interface LiveOptions {
  readonly live?: true;
  readonly profile?: string;
  readonly replicaProfile?: string;
}

/** @throws InputError where what is for `--live` stands without it */
export function checkLiveOptions({ live, profile, replicaProfile = profile }: LiveOptions): void {
  if (live || replicaProfile === undefined) return;
  throw new InputError('--profile and --replica-profile are for --live; add it');
}

/**
 * What is deployed, beside the templates that were read. Undefined where nobody asked.
 * @throws InputError where nothing can be looked at
 */
export async function liveOf(
  compiled: CompiledPlan,
  templates: readonly AuditFile[],
  { live, profile, replicaProfile = profile }: LiveOptions,
  io: Io,
): Promise<Live | undefined> {
  if (!live) return undefined;
  if (!usesAws(compiled)) {
    throw new InputError(
      `--live looks at AWS, and the backups of ${compiled.environment} are kept in ${storeUrlOf(compiled)}; leave it out, and ask 'tidemark status'`,
    );
  }
  // The clients of AWS take a moment to load, which no other audit should wait for.
  const { lookLive } = await import('../audit/live/look.ts');
  const profiles = {
    ...(profile !== undefined && { primary: profile }),
    ...(replicaProfile !== undefined && { replica: replicaProfile }),
  };
  const failbackTemplates = async () => (await synthesisedNow(compiled, true)).templates;
  const { now, signal } = io;
  try {
    return await lookLive({
      ...{ compiled, templates, failbackTemplates, profiles, signal },
      now: now(),
    });
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'LiveError')) throw cause;
    throw new InputError(cause.message, { cause });
  }
}
