import { listGenerations } from '../../lib/catalog/aof.ts';
import { dueBackups, existingBackups, verificationHistory } from '../../lib/catalog/due.ts';
import { manifestKey, runKey } from '../../lib/catalog/keys.ts';
import { type Backups, scanBackups } from '../../lib/catalog/reader.ts';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import { seeingHidden } from '../../lib/stores/hidden.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import { type Item, keepPlan, readPlan, type VerificationPlan } from '../shared/work.ts';
import { cutAll, SLICE_SIZES, type SliceSizes } from './cut.ts';
import { runOf, type Task, type VerifyInput } from './event.ts';

export interface PlanDeps {
  readonly store: ObjectStore;
  readonly work: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly now: () => Date;
  /** @default those of production */
  readonly sizes?: SliceSizes;
}

/**
 * Decides what a verification reads, and writes it down for the calls that read. Undefined if its record exists already:
 * the same event was delivered before.
 * @throws if the source is not of the plan, or a store cannot be read or written
 */
export async function plan(
  input: VerifyInput & { readonly task: Exclude<Task, { kind: 'report' }> },
  deps: PlanDeps,
): Promise<VerificationPlan | undefined> {
  const { store, work, compiled, now } = deps;
  const { task } = input;
  if (!derivedSources(compiled).some(({ name }) => name === task.source)) {
    throw new Error(
      `plan ${compiled.plan} has no source ${JSON.stringify(task.source)}; deploy the plan that has it, or remove the event`,
    );
  }
  const run = runOf(input);
  if (await store.head(runKey(run.source, run.id))) return undefined;
  const earlier = await readPlan(work, run);
  return keepPlan(
    work,
    earlier ?? { run, startedAt: now().toISOString(), ...(await choose(task, deps)) },
  );
}

type Choice = Pick<VerificationPlan, 'whole' | 'items' | 'known' | 'errors'>;

async function choose(task: Exclude<Task, { kind: 'report' }>, deps: PlanDeps): Promise<Choice> {
  const { store, now } = deps;
  const backups = await existing(task, deps);
  const whole = task.kind === 'source';
  const at = now();
  const chosen = whole
    ? dueBackups(backups.manifests, await verificationHistory(store, task.source, at), at)
    : backups.manifests.filter(({ id }) => id === task.id);
  const errors = backups.unreadable
    .filter(({ key }) => whole || key === manifestKey(task.class, task.source, task.id))
    .map(({ error }) => error.message);
  if (!whole && chosen.length + errors.length === 0) {
    errors.push(
      `${manifestKey(task.class, task.source, task.id)} does not exist any more; something removed the manifest`,
    );
  }
  if (backups.manifests.length + backups.unreadable.length === 0 && whole) {
    errors.push(`there is no backup of ${task.source}, so nothing was verified`);
  }
  const { sizes = SLICE_SIZES } = deps;
  const cuts = await cutAll(chosen, sizes, ({ id }) =>
    backups.hidden.has(id) ? seeingHidden(store) : store,
  );
  const wal = whole && backups.manifests.length > 0 ? await logItems(task.source, deps) : [];
  return {
    whole,
    items: [...cuts.flatMap(({ items }) => items), ...wal],
    known: cuts.flatMap(({ known }) => known ?? []),
    errors,
  };
}

/** A generation begins with everything that the server holds, so each is read by itself. */
async function logItems(source: string, { store, compiled }: PlanDeps): Promise<Item[]> {
  const engine = compiled.sources.find(({ name }) => name === source)?.engine;
  const generations = engine === 'redis' ? await listGenerations(store, source) : [];
  return [{ kind: 'wal' }, ...generations.map(({ id }): Item => ({ kind: 'wal', generation: id }))];
}

async function existing({ source }: Task, { store }: PlanDeps): Promise<Backups> {
  const all = await scanBackups(seeingHidden(store), source);
  return { ...all, manifests: await existingBackups(store, all) };
}
