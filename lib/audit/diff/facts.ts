import type { Storage, Tier } from '../../plan/values/retention.ts';
import type { Schedule } from '../../plan/values/schedule.ts';
import type { Fires } from './alert-measures.ts';

/**
 * One promise, in the form that promises are compared in. Facts of two versions that say something about the same
 * thing have the same key; see `weigh`.
 */
export type Fact =
  | { readonly about: 'environment'; readonly environment: string }
  | { readonly about: 'plan'; readonly plan: string }
  | { readonly about: 'account'; readonly account: string; readonly ofReplica: string }
  | { readonly about: 'regions'; readonly primary: string; readonly replica: string }
  | { readonly about: 'lock'; readonly mode: 'governance' | 'compliance' }
  | { readonly about: 'lock-time'; readonly days: number }
  /** Who breaks the glass, and whether they may also remove what is locked in governance mode. */
  | {
      readonly about: 'people';
      readonly principals: readonly string[];
      readonly removes: boolean;
    }
  | {
      readonly about: 'encryption';
      readonly role: 'primary' | 'replica';
      readonly algorithm: string;
      readonly key: string;
    }
  | { readonly about: 'week'; readonly startsOn: string }
  /** Somebody is told at all. */
  | { readonly about: 'tells' }
  | {
      readonly about: 'told';
      /** As it may be shown: of an endpoint, only where it is. */
      readonly address: string;
      /** Tells two keys to one endpoint apart, and gives none of them away; empty where the address says it all. */
      readonly digest: string;
    }
  | {
      readonly about: 'alert';
      readonly source: string | null;
      readonly name: string;
      readonly severity: string;
      readonly condition: string;
      /** Undefined where only the words are known. */
      readonly fires?: Fires | undefined;
    }
  /** What a plan says of the alerts that every environment has. */
  | { readonly about: 'alarm'; readonly name: Alarm; readonly severity: string }
  | {
      readonly about: 'alarm-after';
      readonly name: Alarm;
      readonly seconds: number;
      /** False where it follows from the schedules alone. */
      readonly stated: boolean;
    }
  /** Raised by a backup smaller than this share of the average, from 0 to 1. */
  | { readonly about: 'alarm-below'; readonly name: Alarm; readonly share: number }
  | {
      readonly about: 'recovery';
      readonly part: 'severity' | 'phase';
      readonly name: string;
      /** Null = as long as the others leave. */
      readonly seconds: number | null;
      readonly steps: readonly string[];
    }
  /** Who read and wrote backups; null = for ever. */
  | { readonly about: 'log-time'; readonly days: number | null }
  /** A retention class whose objects end or move by rules of their own. */
  | { readonly about: 'class'; readonly class: string }
  | {
      readonly about: 'finding';
      readonly source: string | null;
      readonly code: string;
      readonly path: string;
      readonly accepted: boolean;
      readonly message: string;
      /** Why it is accepted. */
      readonly reason: string | null;
    }
  | SourceFact;

export type Alarm = 'failed' | 'missing' | 'tooSmall' | 'verificationFailed';
export type Standing = 'derived' | 'planned' | 'met';

type SourceFact = { readonly source: string } & (
  | { readonly about: 'source'; readonly engine: string }
  | { readonly about: 'rpo'; readonly seconds: number }
  | { readonly about: 'rto'; readonly seconds: number }
  /** Lost in the worst case, by the schedules. */
  | { readonly about: 'loss'; readonly seconds: number }
  /** The same while one scheduled run fails; null = there may be nothing to restore. */
  | { readonly about: 'loss-failing'; readonly seconds: number | null }
  /** How far back every moment can be restored; null = for ever. */
  | { readonly about: 'window'; readonly seconds: number | null }
  /** The greatest age of a recovery point; null = no end. */
  | {
      readonly about: 'oldest';
      readonly days: number | null;
      /** Of the recovery points that are kept so long. */
      readonly classes: readonly string[];
    }
  | { readonly about: 'restore-job' }
  /** A kind of resource that AWS Backup protects where it has the tag. */
  | { readonly about: 'resource'; readonly resource: string }
  | { readonly about: 'tag'; readonly key: string; readonly value: string }
  | {
      readonly about: 'check';
      readonly check: string;
      /** Null = whenever there is a new backup. */
      readonly schedule: Schedule | null;
      readonly gapSeconds: number;
    }
  /** A check that runs by itself. */
  | { readonly about: 'automation'; readonly check: string }
  | RowFact
);

type RowFact = { readonly kind: string } & (
  | {
      readonly about: 'row';
      /**
       * `derived`: jobs keep the promise. `planned`: no job takes these backups yet. `met`: another row keeps the
       * promise, and nothing else is said about this one.
       */
      readonly standing: Standing;
      readonly schedule: Schedule | null;
      readonly everySeconds: number;
      readonly classes: readonly string[];
    }
  | {
      readonly about: 'rhythm';
      /** Null for a continuous kind. */
      readonly schedule: Schedule | null;
      /** Between two starts at most, or between two stores of the tail. */
      readonly everySeconds: number;
    }
  | { readonly about: 'deadline'; readonly seconds: number }
  /** Copied to the second region. */
  | { readonly about: 'copy' }
  /** Where copies have a retention of their own. */
  | { readonly about: 'copy-kept'; readonly days: number | null }
  | {
      readonly about: 'kept';
      readonly tier: Tier | null;
      readonly days: number | null;
      /** Empty where the bucket's classes do not apply. */
      readonly class: string;
      /** False where the plan names a shorter tier that includes this one: every week has a daily backup. */
      readonly stated: boolean;
      readonly storage: Storage;
    }
);

/**
 * What an environment promises, read from a compiled plan or from an audit. An audit knows more, so only promises of the
 * same origin can be compared.
 */
export interface Promises {
  readonly plan: string;
  readonly environment: string;
  readonly facts: readonly Fact[];
}

/** The source that a fact belongs to; null = the environment. */
export const sourceOf = (fact: Fact): string | null => ('source' in fact ? fact.source : null);
