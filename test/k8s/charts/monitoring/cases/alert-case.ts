import { GAUGES, type GaugeName, type Label } from '../../../../../lib/exporter/gauges.ts';
import type { CompiledPlan } from '../../../../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource } from '../../../compiled-plan.ts';
import { clusterSource } from '../../velero/cluster-source.ts';

/** Series as promtool writes them, `1+60x10`, a value every five minutes from 1970 on. */
export interface Situation {
  readonly series: Readonly<Record<string, string>>;
  /** When the alert is looked at, since 1970: `3h`. */
  readonly at: string;
}

/** An alert, a situation in which it must ring, and some in which it must not. */
export interface AlertCase {
  readonly alert: string;
  readonly fires: Situation & {
    /** Beside those of the plan. */
    readonly labels: Readonly<Record<string, string>>;
    /** As a person reads it. */
    readonly summary: string;
  };
  readonly silent: Readonly<Record<string, Situation>>;
}

export const OURS = { plan: 'shop', environment: 'production' } as const;
export const ORDERS = { ...OURS, source: 'orders' } as const;
export const FULL = { ...ORDERS, kind: 'full' } as const;
export const DUMP = { ...ORDERS, kind: 'logical' } as const;
export const WAL = { ...ORDERS, kind: 'wal' } as const;

export const MONITORING: NonNullable<CompiledPlan['monitoring']> = {
  namespace: 'monitoring',
  refreshSeconds: 300,
  operator: true,
  labels: { release: 'kube-prometheus-stack' },
  dashboard: true,
  slotBytes: 16 * 1024 ** 3,
};

/** The plan whose rules the cases are about. */
export const monitored = (): CompiledPlan =>
  compiledPlan({ monitoring: MONITORING, sources: [compiledSource(), clusterSource()] });

/** A series of the exporter, as scraped from a pod. */
export function gauge(
  name: GaugeName,
  labels: Readonly<Partial<Record<Label, string>>>,
  pod = 'exporter-1',
): string {
  const all = Object.entries({ ...labels, pod }).map(([key, value]) => `${key}="${value}"`);
  return `${GAUGES[name].name}{${all.join(',')}}`;
}

/** One value for a week. */
export const always = (value: number): string => `${value}x2016`;

export const HOUR = 3600;
export const DAY = 24 * HOUR;
