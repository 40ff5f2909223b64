import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import type { ObjectStore } from '../stores/store.ts';
import type { DerivedEngine, EngineName } from './registry.ts';

/** Something worth showing while work goes on: drawn on a terminal, a JSON line elsewhere. Never holds a secret. */
export interface RunEvent {
  readonly level: 'info' | 'warning';
  /** What happens, as a short sentence without a full stop. */
  readonly message: string;
  /** Bytes done so far in this phase, and all of them where known. */
  readonly bytes?: number;
  readonly totalBytes?: number;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/** What every run of an engine is given. */
export interface RunContext<E extends EngineName = DerivedEngine> {
  readonly store: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly source: Extract<CompiledSource, { engine: E }>;
  /** Ends the run: nothing is committed after it fired. */
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly report: (event: RunEvent) => void;
}
