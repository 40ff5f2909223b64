import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { evidenceArgs, proofWork } from './proof.ts';
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

/** Looks whether backups are there, and with `size` also whether they are as large as usual. */
export const statusWork = (source: DerivedSource): Work =>
  proofWork(source, {
    name: 'status',
    component: 'status-check',
    command: ['status', ...(source.verify.size ? ['--fail-on', 'warning'] : [])],
    resources: RESOURCES,
  });
