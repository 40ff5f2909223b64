import { z } from 'zod';
import { isRecord } from './merge.ts';
import { planSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The keys that a plan may have at a path. `value` is the plan itself: it decides between alternatives. */
export function knownKeys(value: unknown, path: readonly PropertyKey[]): string[] {
  const root = z.toJSONSchema(planSchema, { io: 'input', unrepresentable: 'any' });
  let nodes = alternatives(root, value);
  let at = value;
  for (const key of path) {
    at = isRecord(at) || Array.isArray(at) ? (at as Record<PropertyKey, unknown>)[key] : undefined;
    nodes = nodes.flatMap((node) => {
      const child = childOf(node, key);
      return child ? alternatives(child, at) : [];
    });
  }
  return [
    ...new Set(
      nodes.flatMap((node) => [
        ...Object.keys(node.properties ?? {}),
        ...((node.propertyNames as JsonSchema | undefined)?.enum ?? []).map(String),
      ]),
    ),
  ];
}

function childOf(node: JsonSchema, key: PropertyKey): JsonSchema | undefined {
  const child =
    typeof key === 'number'
      ? node.items
      : (node.properties?.[String(key)] ?? node.additionalProperties);
  return isRecord(child) ? (child as JsonSchema) : undefined;
}

/** The schemas that can be meant where `value` stands: the alternatives whose constants agree with it. */
function alternatives(node: JsonSchema, value: unknown): JsonSchema[] {
  const options = [...(node.anyOf ?? []), ...(node.oneOf ?? [])] as JsonSchema[];
  if (options.length === 0) return [node];
  return options
    .filter((option) =>
      Object.entries(option.properties ?? {}).every(
        ([key, property]) =>
          !isRecord(property) ||
          property.const === undefined ||
          !isRecord(value) ||
          value[key] === property.const,
      ),
    )
    .flatMap((option) => alternatives(option, value));
}

/** The candidate that a typing error most likely meant; undefined when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [best] = candidates
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ far }) => far <= limit)
    .sort((a, b) => a.far - b.far);
  return best?.candidate;
}

/** Edits (insertion, deletion, replacement, two letters swapped) that turn one word into another. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  let before = row;
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      const swapped = a[i - 1] === other && letter === b[j - 1];
      next.push(
        Math.min(
          replaced,
          (row[j + 1] ?? 0) + 1,
          (next[j] ?? 0) + 1,
          swapped ? (before[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
