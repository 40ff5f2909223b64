import type { DrillRequest } from '../engines/agent.ts';
import type { Expectation } from '../engines/expectations.ts';
import type { DerivedSource } from '../plan/compiled.ts';
import type { ObjectStore } from '../stores/store.ts';
import { InputError } from './input-error.ts';
import { newestBackup } from './newest-backup.ts';

/** What is drilled, and what is asked. */
export interface DrillChoice {
  readonly to?: Date | 'latest';
  readonly backup?: string;
  readonly label?: string;
  readonly dump?: boolean;
  readonly query?: readonly string[];
  readonly expect?: readonly string[];
}

/** @throws InputError if options contradict each other, which is looked at before a store is opened */
export function checkDrillChoice({ query = [], expect = [], ...choice }: DrillChoice): void {
  const targets = ['to', 'backup', 'label', 'dump'] as const;
  const [one, other] = targets.filter((name) => choice[name] !== undefined);
  if (other !== undefined) {
    throw new InputError(`--${one} and --${other} exclude each other; leave one out`);
  }
  if (expect.length > 0 && expect.length !== query.length) {
    throw new InputError(
      `there are ${query.length} --query and ${expect.length} --expect; give each query its answer, or leave out all answers where 'true' is expected`,
    );
  }
}

/** @throws BackupNotFoundError */
export async function drillTarget(
  { to, backup, label, dump }: DrillChoice,
  store: ObjectStore,
  source: string,
): Promise<DrillRequest['target']> {
  if (label !== undefined) return { backup: await newestBackup(store, source, { label }) };
  if (dump) return { backup: await newestBackup(store, source, { kind: 'logical' }) };
  return backup === undefined ? (to ?? 'latest') : { backup };
}

/** What the plan expects of every drill, then what was asked for. */
export const drillExpectations = (
  { query = [], expect = [] }: DrillChoice,
  { settings: { drill } }: DerivedSource,
): Expectation[] => [
  ...(drill?.expect ?? []).map(({ query: text, answer }) => ({ query: text, expected: answer })),
  ...query.map((text, index) => ({ query: text, expected: expect[index] ?? 'true' })),
];
