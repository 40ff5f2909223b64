import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { usesAws } from '../../lib/plan/store-url.ts';
import type { Schedule } from '../../lib/plan/values/schedule.ts';
import { evidenceArgs, mostFrequent, proofWork } from './proof.ts';
import type { Work } from './work.ts';

/** Verifying streams; a log of Redis is put together on the way. */
const RESOURCES = { cpu: ['250m', '2'], memory: '512Mi' } as const;

/** Reads every byte again that is due. */
export const verificationWork = (compiled: CompiledPlan, source: DerivedSource): Work =>
  readAgain(compiled, source, 'verification', ['--due']);

/** @param what is read: options of `tidemark verify` */
export const readAgain = (
  compiled: CompiledPlan,
  source: DerivedSource,
  name: string,
  what: readonly string[],
): Work =>
  proofWork(source, {
    name,
    component: 'verification',
    command: ['verify', ...what, ...evidenceArgs(compiled)],
    resources: RESOURCES,
  });

/**
 * When the cluster verifies. In AWS functions do on the plan's schedule, also while the cluster is away: there the job
 * waits for somebody who starts it.
 */
export const verificationSchedule = (
  compiled: CompiledPlan,
  { verify }: DerivedSource,
): Schedule | undefined => (usesAws(compiled) ? undefined : (verify.checksums ?? undefined));

/** Looks whether backups are there, and with `size` also whether they are as large as usual. */
export const statusWork = (source: DerivedSource): Work =>
  proofWork(source, {
    name: 'status',
    component: 'status-check',
    command: ['status', ...(source.verify.size ? ['--fail-on', 'warning'] : [])],
    resources: RESOURCES,
  });

/** In AWS a function looks every hour, and alarms tell. */
export const statusSchedule = (
  compiled: CompiledPlan,
  { verify }: DerivedSource,
): Schedule | undefined =>
  usesAws(compiled) ? undefined : mostFrequent([verify.exists, verify.size]);
