import type { Clients } from './clients.ts';
import { compare, type Difference } from './compare.ts';
import { LiveError } from './errors.ts';
import { type FailureKind, failureOf } from './failure.ts';
import { pruned, UNKNOWN } from './properties.ts';
import type { Expected } from './reader.ts';
import { READERS } from './readers/readers.ts';

/** Properties that could not be read, and why. */
export interface Unseen {
  readonly properties: readonly string[];
  readonly kind: FailureKind;
  readonly reason: string;
}

/** What was seen of one resource. */
export interface Examined {
  /** `absent`: it is in the template and not in AWS. `no-reader`: nobody looks at resources of this type. */
  readonly outcome: 'seen' | 'absent' | 'no-reader';
  readonly differences: readonly Difference[];
  readonly unseen: readonly Unseen[];
}

const nothing = { differences: [], unseen: [] } as const;

/**
 * Compares a resource with what is deployed, property by property.
 * @throws LiveError where the credentials expired meanwhile
 */
export async function examine(
  resource: Expected,
  all: readonly Expected[],
  clients: Clients,
): Promise<Examined> {
  const read = READERS[resource.type];
  if (!read) return { outcome: 'no-reader', ...nothing };
  const { physicalId: id, properties, where } = resource;
  if (id === undefined) return { outcome: 'absent', ...nothing };
  const reading = read({ resource, id, properties, where, clients, all });
  const expected = { ...(reading.expected ?? properties) };
  const answers = await Promise.all(
    Object.entries(reading.found).map(async ([property, ask]) => {
      try {
        return { property, value: pruned(await ask()), failure: undefined };
      } catch (error) {
        return { property, value: undefined, failure: failureOf(error) };
      }
    }),
  );
  const refused = answers.find(({ failure }) => failure?.kind === 'credentials')?.failure;
  if (refused) {
    throw new LiveError(`AWS no longer takes the credentials (${refused.reason}); sign in again`);
  }
  if (answers.some(({ failure }) => failure?.kind === 'absent')) {
    return { outcome: 'absent', ...nothing };
  }
  const differences = answers
    .filter(({ failure }) => failure === undefined)
    .flatMap(({ property, value }) => compare(known(expected[property]), value, property));
  const unseen: Unseen[] = answers.flatMap(({ property, failure }) =>
    failure ? [{ properties: [property], ...failure }] : [],
  );
  const unread = Object.keys(expected).filter(
    (property) => !(property in reading.found) && !reading.skipped.includes(property),
  );
  const left = unread.filter((property) => pruned(expected[property]) !== undefined);
  return {
    outcome: 'seen',
    differences,
    unseen: grouped([
      ...unseen,
      ...left.map((property) => ({
        properties: [property],
        kind: 'other' as const,
        reason: 'this release does not compare it',
      })),
    ]),
  };
}

const known = (value: unknown): unknown => (value === UNKNOWN ? UNKNOWN : pruned(value));

/** One answer may have been asked for several properties. */
function grouped(unseen: readonly Unseen[]): Unseen[] {
  const byReason = Map.groupBy(unseen, ({ reason }) => reason);
  return [...byReason.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ ...first, properties: same.flatMap(({ properties }) => properties) }] : [];
  });
}
