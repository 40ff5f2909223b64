import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { type Component, planLabels, planSelector } from '../names.ts';

/** Of the Deployment and whatever else belongs to it. */
export const EXPORTER = 'tidemark-exporter';

/** Of the container's port. */
export const PORT_NAME = 'metrics';

const COMPONENT = { 'app.kubernetes.io/component': 'exporter' satisfies Component } as const;

/** Labels that select the exporter's pods. They are part of the Deployment's identity: never change them. */
export const exporterSelector = (compiled: CompiledPlan): Record<string, string> => ({
  ...planSelector(compiled),
  ...COMPONENT,
});

export const exporterLabels = (compiled: CompiledPlan): Record<string, string> => ({
  ...planLabels(compiled),
  ...COMPONENT,
});
