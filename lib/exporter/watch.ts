import { setTimeout as delay } from 'node:timers/promises';
import { claimStore } from '../catalog/reader.ts';
import { readStatusInput } from '../catalog/status.ts';
import { messageOf } from '../message.ts';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../plan/compiled.ts';
import { untilAborted } from '../stores/interruptible.ts';
import type { ObjectStore } from '../stores/store.ts';
import type { Sample } from './gauges.ts';
import { RememberedObjects } from './remembered-objects.ts';
import { RunKeys } from './run-keys.ts';
import { sourceSamples } from './source-samples.ts';

/** Sources that are looked at at a time; each asks for several objects at once. */
const LANES = 4;

export interface WatchOptions {
  readonly store: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly refreshSeconds: number;
  readonly now: () => Date;
  /** Called after each look with those that could not be looked at. */
  readonly onLook: (failures: readonly LookFailure[]) => void;
}

export interface LookFailure {
  readonly source: string;
  readonly error: unknown;
}

/** What is known of a source. */
interface Known {
  readonly source: DerivedSource;
  readonly objects: RememberedObjects;
  readonly keys: RunKeys;
  /** Of the last look that came to its end; before, that there was none. */
  samples: readonly Sample[];
}

/**
 * Looks at the store again and again, and keeps what it saw: whoever asks gets an answer at once, however often, and one
 * that says how old it is.
 */
export class Watch {
  readonly #options: WatchOptions;
  readonly #sources: readonly Known[];
  readonly #started: Date;
  /** When a look came to its end last, whatever it saw. */
  #ended: Date;
  #seconds: number | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#started = options.now();
    this.#ended = this.#started;
    this.#sources = derivedSources(options.compiled).map((source) => ({
      source,
      objects: new RememberedObjects(),
      keys: new RunKeys(),
      samples: [{ gauge: 'looked', labels: this.#labels(source), value: 0 }],
    }));
  }

  get started(): Date {
    return this.#started;
  }

  /** Seconds since a look came to its end, or since the start. */
  get silence(): number {
    return (this.#options.now().getTime() - this.#ended.getTime()) / 1000;
  }

  samples(): Sample[] {
    const { plan, environment } = this.#options.compiled;
    const labels = { plan, environment };
    return [
      ...this.#sources.flatMap(({ samples }) => samples),
      ...(this.#seconds === undefined
        ? []
        : [{ gauge: 'lookDuration', labels, value: this.#seconds } as const]),
      { gauge: 'refresh', labels, value: this.#options.refreshSeconds },
    ];
  }

  /** Looks until the signal fires. What fails is told and tried again with the next look. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // A look at a store that is away takes its time, for which nobody who ends it waits.
      await untilAborted(this.look(), signal).catch((error) => {
        if (!signal.aborted) throw error;
      });
      await delay(this.#options.refreshSeconds * 1000, undefined, { signal }).catch(() => {});
    }
  }

  /** One look at every source; one that cannot be read does not keep the others from being seen. */
  async look(): Promise<void> {
    const began = performance.now();
    const failures: LookFailure[] = [];
    const waiting = this.#sources.values();
    const owned = this.#claim();
    // Every lane waits for it; where there is nothing to look at, nobody does.
    owned.catch(() => {});
    const lane = async (): Promise<void> => {
      for (const known of waiting) {
        try {
          await owned;
          await this.#lookAt(known);
        } catch (error) {
          failures.push({ source: known.source.name, error });
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    this.#seconds = (performance.now() - began) / 1000;
    this.#ended = this.#options.now();
    this.#options.onLook(failures);
  }

  /** What is in a store of somebody else says nothing about ours. */
  async #claim(): Promise<void> {
    const { store, compiled } = this.#options;
    await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
  }

  async #lookAt(known: Known): Promise<void> {
    const { store, compiled, now } = this.#options;
    const { source, objects, keys } = known;
    const input = await readStatusInput(objects.view(store), compiled, source, now(), keys.list);
    objects.forgetOthers();
    known.samples = sourceSamples(input, this.#labels(source));
  }

  #labels({ name }: DerivedSource): Sample['labels'] {
    const { plan, environment } = this.#options.compiled;
    return { plan, environment, source: name };
  }
}

/** For a log: who could not be looked at, and the first reason. */
export function lookFailureText(failures: readonly LookFailure[]): string {
  const [first] = failures;
  const names = failures.map(({ source }) => source);
  const shown = names.length > 5 ? `${names.length} sources` : names.join(', ');
  return `${shown} could not be looked at: ${messageOf(first?.error)}`;
}
