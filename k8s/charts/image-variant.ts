import type { DerivedSource } from '../../lib/plan/compiled.ts';

/** Of the image without any server's programs. */
export const BASE_VARIANT = 'base';

/** The end of the image's tag: which server's programs are in it, by engine and major. */
export function imageVariant({ engine, settings }: DerivedSource): string {
  switch (engine) {
    case 'postgresql':
      return `pg${settings.server.version}`;
    case 'redis':
      return `redis${settings.server.version}`;
  }
}
