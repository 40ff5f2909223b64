import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { imageTag } from '../../lib/plan/deployment/image-tag.ts';

/** With the programs of a source's server: of the plan's repository, or of one of its own, which has its extensions too. */
export function imageOf({ kubernetes }: CompiledPlan, { engine, settings }: DerivedSource): string {
  const tag = imageTag({ engine, version: settings.server.version });
  return `${settings.image ?? kubernetes.image}:${tag}`;
}

export const baseImage = ({ kubernetes }: CompiledPlan): string =>
  `${kubernetes.image}:${imageTag('base')}`;
