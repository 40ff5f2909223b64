import { type Fact, sourceOf } from './facts.ts';

/** What a change does to a promise; `changes` = neither stronger nor weaker. In the order of importance. */
export const EFFECTS = ['shrinks', 'changes', 'grows'] as const;
export type Effect = (typeof EFFECTS)[number];

export interface Compared {
  readonly effect: Effect;
  /** Null = the promise is new. */
  readonly before: Fact | null;
  /** Null = the promise is gone. At least one of both is there. */
  readonly after: Fact | null;
}

/** Everything that two versions promise, by key. */
export interface Versions {
  readonly old: ReadonlyMap<string, Fact>;
  readonly young: ReadonlyMap<string, Fact>;
}

type Of<A extends Fact['about']> = Extract<Fact, { about: A }>;

/** The change as it is told; undefined where another one already says it. */
export function relevant(change: Compared, versions: Versions): Compared | undefined {
  const fact = change.after ?? change.before;
  if (!fact) return undefined;
  if (fact.about === 'environment') return change;
  if (!inBoth(versions, (other) => other.about === 'environment')) {
    return ofSomethingNew(change, (about) => about === 'source');
  }
  const source = sourceOf(fact);
  if (fact.about !== 'source' && source !== null && !inBoth(versions, isSource(source))) {
    return ofSomethingNew(change, () => false);
  }
  return isTold(fact, change, versions) ? change : undefined;
}

/** Of what is new as a whole, the exceptions that it came with are told; they weaken nothing that was promised before. */
function ofSomethingNew(
  change: Compared,
  isPart: (about: Fact['about']) => boolean,
): Compared | undefined {
  const { before, after } = change;
  if (before || !after) return undefined;
  if (after.about === 'finding')
    return after.accepted ? { ...change, effect: 'changes' } : undefined;
  return isPart(after.about) ? change : undefined;
}

function isTold(fact: Fact, { before, after }: Compared, versions: Versions): boolean {
  switch (fact.about) {
    // A new class is what a row's new retention says.
    case 'class':
      return after === null && !isMoved(versions);
    case 'tells':
      return after === null;
    case 'told':
      return has(versions.young, (other) => other.about === 'tells');
    case 'finding':
      return isAccepted(before) || isAccepted(after);
    case 'lock-time':
      return inBoth(versions, (other) => other.about === 'lock');
    // Plans of older versions say nothing about the log, and audits about neither.
    case 'people':
    case 'log-time':
      return inBoth(versions, (other) => other.about === 'log-time');
    case 'loss-failing':
      return (
        inBoth(
          versions,
          (other) => other.about === 'loss-failing' && other.source === fact.source,
        ) &&
        // Where a failed run loses no more than the worst case, that one says it all.
        !(isLoss(versions.old, before) && isLoss(versions.young, after))
      );
    case 'alarm-after':
      // Where only the schedules say when, they are told.
      return (
        inBoth(versions, (other) => other.about === fact.about && other.name === fact.name) &&
        (isStated(before) || isStated(after))
      );
    case 'alarm':
    case 'alarm-below':
      return inBoth(versions, (other) => other.about === 'alarm' && other.name === fact.name);
    case 'automation':
      return inBoth(
        versions,
        (other) =>
          other.about === 'check' && other.source === fact.source && other.check === fact.check,
      );
    case 'copy-kept':
      return inBoth(
        versions,
        (other) =>
          other.about === 'copy' && other.source === fact.source && other.kind === fact.kind,
      );
    case 'rhythm':
    case 'deadline':
    case 'copy':
      return inBoth(versions, isRow(fact.source, fact.kind));
    case 'kept':
      return (
        inBoth(versions, isRow(fact.source, fact.kind)) && (isStated(before) || isStated(after))
      );
    default:
      return true;
  }
}

const isAccepted = (fact: Fact | null): boolean => fact?.about === 'finding' && fact.accepted;
const isStated = (fact: Fact | null): boolean =>
  (fact?.about === 'kept' || fact?.about === 'alarm-after') && fact.stated;
const isLoss = (facts: ReadonlyMap<string, Fact>, fact: Fact | null): boolean =>
  fact?.about === 'loss-failing' &&
  has(
    facts,
    (other) =>
      other.about === 'loss' && other.source === fact.source && other.seconds === fact.seconds,
  );
const isSource =
  (name: string) =>
  (fact: Fact): fact is Of<'source'> =>
    fact.about === 'source' && fact.source === name;
const isRow =
  (source: string, kind: string) =>
  (fact: Fact): fact is Of<'row'> =>
    fact.about === 'row' && fact.source === source && fact.kind === kind && fact.standing !== 'met';

const has = (facts: ReadonlyMap<string, Fact>, test: (fact: Fact) => boolean): boolean =>
  facts.values().some(test);
const inBoth = ({ old, young }: Versions, test: (fact: Fact) => boolean): boolean =>
  has(old, test) && has(young, test);

/**
 * Whether what was stored under this promise is in a class that the plan no longer has. Where backups begin anew in another
 * bucket, the old one is kept with the rules that it had.
 */
export function isLeft({ before }: Compared, versions: Versions): boolean {
  if (isMoved(versions)) return false;
  const { old, young } = versions;
  const ends = (facts: ReadonlyMap<string, Fact>, name: string): boolean =>
    has(facts, (fact) => fact.about === 'class' && fact.class === name);
  return classesOf(before).some((name) => ends(old, name) && !ends(young, name));
}

/** Buckets are named after plan, environment, account and region; the one to write to may have held the copies before. */
function isMoved({ old, young }: Versions): boolean {
  const [before, after] = [bucketsOf(old), bucketsOf(young)];
  return after[0] !== undefined && !before.includes(after[0]);
}

function bucketsOf(facts: ReadonlyMap<string, Fact>): string[] {
  const all = [...facts.values()];
  const plan = all.find((fact) => fact.about === 'plan')?.plan;
  const accounts = all.find((fact) => fact.about === 'account');
  const regions = all.find((fact) => fact.about === 'regions');
  const { primary, replica } = regions ?? {};
  return [
    JSON.stringify([plan, accounts?.account, primary]),
    JSON.stringify([plan, accounts?.ofReplica, replica]),
  ];
}

function classesOf(fact: Fact | null): readonly string[] {
  if (fact?.about === 'oldest') return fact.classes;
  return fact?.about === 'kept' || fact?.about === 'class' ? [fact.class] : [];
}
