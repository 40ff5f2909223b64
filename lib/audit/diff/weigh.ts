import { measuresOf } from './alert-measures.ts';
import type { Fact } from './facts.ts';

/** What comparing needs to know of a fact. */
interface Weight {
  /** The same for what two versions say about one thing. */
  readonly key: string;
  /** More is a stronger promise; null = there is no stronger and weaker, only another. */
  readonly strength: number | null;
  /** The strength of saying nothing about it. */
  readonly absent: number;
  /** Further strengths by name. Of those that both versions have, one that is weaker makes the promise weaker. */
  readonly measures: Readonly<Record<string, number>>;
  /** Facts of equal strength and another detail are a change all the same. */
  readonly detail: string;
}

const LOCKS = { governance: 1, compliance: 2 } as const;
const STANDINGS = { met: 0, planned: 1, derived: 2 } as const;
const SEVERITIES: Readonly<Record<string, number>> = { warning: 1, critical: 2 };

/** A part of a recovery without a budget of its own is still more than none. */
const NO_BUDGET = Number.MAX_VALUE;

/** Days or seconds, where null is for ever. */
const long = (length: number | null): number => length ?? Number.POSITIVE_INFINITY;

export function weigh(fact: Fact): Weight {
  const weight = (
    parts: readonly (string | null)[],
    strength: number | null,
    { absent = Number.NEGATIVE_INFINITY, measures = {}, detail = '' }: Partial<Weight> = {},
  ): Weight => ({
    key: JSON.stringify([fact.about, ...parts]),
    strength,
    absent,
    measures,
    detail,
  });

  switch (fact.about) {
    case 'environment':
    case 'tells':
      return weight([], 1);
    case 'plan':
      return weight([], null, { detail: fact.plan });
    case 'account':
      return weight([], null, { detail: `${fact.account} ${fact.ofReplica}` });
    case 'regions':
      return weight([], null, { detail: `${fact.primary} ${fact.replica}` });
    case 'week':
      return weight([], null, { detail: fact.startsOn });
    case 'lock':
      return weight([], LOCKS[fact.mode]);
    case 'lock-time':
      return weight([], fact.days);
    case 'people':
      return weight([], fact.removes ? -1 : 0, {
        absent: 0,
        detail: JSON.stringify(fact.principals),
      });
    case 'encryption':
      return weight([fact.role], 1, { detail: `${fact.algorithm} ${fact.key}` });
    case 'told':
      return weight([fact.address], 1, { detail: fact.digest });
    case 'alert':
      return weight([fact.source, fact.name], SEVERITIES[fact.severity] ?? 0, {
        measures: fact.fires ? measuresOf(fact.fires) : {},
        detail: JSON.stringify([fact.severity, fact.condition]),
      });
    case 'alarm':
      return weight([fact.name], SEVERITIES[fact.severity] ?? 0, { detail: fact.severity });
    case 'alarm-after':
      return weight([fact.name], -fact.seconds);
    case 'alarm-below':
      return weight([fact.name], fact.share);
    case 'recovery':
      return weight([fact.part, fact.name], -(fact.seconds ?? NO_BUDGET), {
        detail: JSON.stringify(fact.steps),
      });
    case 'log-time':
      return weight([], long(fact.days));
    case 'class':
      return weight([fact.class], null);
    case 'finding':
      return weight([fact.code, fact.source, placeIn(fact.path)], -1, {
        absent: 0,
        detail: JSON.stringify([fact.accepted, fact.reason]),
      });
    case 'source':
      return weight([fact.source], 1, { detail: fact.engine });
    case 'rpo':
    case 'rto':
    case 'loss':
      return weight([fact.source], -fact.seconds);
    case 'loss-failing':
      return weight([fact.source], -long(fact.seconds), { detail: `${fact.seconds}` });
    case 'window':
      return weight([fact.source], long(fact.seconds));
    case 'oldest':
      return weight([fact.source], long(fact.days));
    case 'resource':
      return weight([fact.source, fact.resource], 1);
    case 'tag':
      return weight([fact.source], null, { detail: JSON.stringify([fact.key, fact.value]) });
    case 'restore-job':
      return weight([fact.source], 1);
    case 'check':
      return weight([fact.source, fact.check], -fact.gapSeconds, {
        detail: JSON.stringify(fact.schedule),
      });
    case 'automation':
      return weight([fact.source, fact.check], 1);
    case 'row':
      return weight([fact.source, fact.kind], STANDINGS[fact.standing], {
        absent: STANDINGS.met,
        detail:
          fact.standing === 'met'
            ? JSON.stringify([fact.schedule, fact.everySeconds, fact.classes])
            : '',
      });
    case 'rhythm':
      return weight([fact.source, fact.kind], -fact.everySeconds, {
        detail: JSON.stringify(fact.schedule),
      });
    case 'deadline':
      return weight([fact.source, fact.kind], null, { detail: `${fact.seconds}` });
    case 'copy':
      return weight([fact.source, fact.kind], 1);
    case 'copy-kept':
      return weight([fact.source, fact.kind], long(fact.days));
    case 'kept':
      return weight([fact.source, fact.kind, fact.tier], long(fact.days), {
        detail: fact.storage,
      });
  }
}

/**
 * The place of a finding, wherever it is written: what holds for a source may stand in it, in an environment or in the
 * plan. Rows move as others come and go, so their index does not tell which one is meant.
 */
const placeIn = (path: string): string =>
  path
    .replace(/^environments\.[^.]+\./, '')
    .replace(/^sources\.[^.]+(\.|$)/, '')
    .replace(/\.\d+(?=\.|$)/g, '.*');
