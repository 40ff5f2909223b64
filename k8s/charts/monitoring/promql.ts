import { GAUGES, type GaugeName } from '../../../lib/exporter/gauges.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';

/** Labels by which alerts are told apart. Those of the pod are not among them: a new pod is no new alert. */
const BY_SOURCE = '(plan, environment, source)';
const BY_KIND = '(plan, environment, source, kind)';

/** Expressions about the gauges of one plan and environment. */
export class Series {
  readonly #plan: Pick<CompiledPlan, 'plan' | 'environment'>;

  constructor(plan: Pick<CompiledPlan, 'plan' | 'environment'>) {
    this.#plan = plan;
  }

  /** `name{plan="…",environment="…"}`. */
  of(gauge: GaugeName): string {
    const { plan, environment } = this.#plan;
    return `${GAUGES[gauge].name}{plan="${plan}",environment="${environment}"}`;
  }

  /** One series for each source, also while two exporters overlap. */
  bySource(gauge: GaugeName, condition = ''): string {
    return `max by ${BY_SOURCE} (${this.of(gauge)}${condition})`;
  }

  byKind(gauge: GaugeName, condition = ''): string {
    return `max by ${BY_KIND} (${this.of(gauge)}${condition})`;
  }
}

/** Joins conditions that must hold for the same source and kind; the value is that of the first. */
export const andOnKind = (expr: string, condition: string): string =>
  `${expr}\nand on ${BY_KIND} ${condition}`;

/** Subtracts what is known of a source from what is known of each of its kinds. */
export const minusEachKind = (ofSource: string, ofKind: string): string =>
  `${ofSource} - on ${BY_SOURCE} group_right () ${ofKind}`;

/** `5400` → `1h30m`, as Prometheus writes it. */
export function formatDuration(total: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  let rest = Math.round(total);
  const parts = units.map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? `${count}${unit}` : '';
  });
  return parts.join('') || '0s';
}
