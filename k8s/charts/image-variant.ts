import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { VERSION } from '../../lib/version.ts';

/** Of the image without any server's programs. */
const BASE_VARIANT = 'base';

/** The end of the image's tag: which server's programs are in it, by engine and major. */
export function imageVariant({ engine, settings }: DerivedSource): string {
  switch (engine) {
    case 'postgresql':
      return `pg${settings.server.version}`;
    case 'redis':
      return `redis${settings.server.version}`;
  }
}

/** With the programs of a source's server: of the plan's repository, or of one of its own, which has its extensions too. */
export const imageOf = ({ kubernetes }: CompiledPlan, source: DerivedSource): string =>
  `${source.settings.image ?? kubernetes.image}:${VERSION}-${imageVariant(source)}`;

export const baseImage = ({ kubernetes }: CompiledPlan): string =>
  `${kubernetes.image}:${VERSION}-${BASE_VARIANT}`;
