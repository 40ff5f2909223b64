import { VERSION } from '../../version.ts';

/** What an image's programs are for: an engine and the server's major. */
type Variant =
  | { readonly engine: 'postgresql' | 'redis'; readonly version: string }
  /** Without any server's programs. */
  | 'base';

const PREFIX = { postgresql: 'pg', redis: 'redis' } as const;

/** The tag of an image: this version of Tidemark, and what its programs are for. */
export const imageTag = (variant: Variant): string =>
  `${VERSION}-${variant === 'base' ? variant : `${PREFIX[variant.engine]}${variant.version}`}`;
