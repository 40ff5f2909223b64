import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { apiSchemas, KUBERNETES_RELEASES } from '../support/kubernetes-schemas.ts';
import { compiledPlan } from './compiled-plan.ts';
import { EVERY_PLAN, everyObject } from './every-plan.ts';
import { type KubernetesObject, named, synthesised } from './synthesised.ts';

const nodeSchema = z.record(z.string(), z.unknown());
type Node = z.infer<typeof nodeSchema>;

const swaggerSchema = z.object({ definitions: z.record(z.string(), nodeSchema) });
const kindsSchema = z
  .array(z.object({ group: z.string(), version: z.string(), kind: z.string() }))
  .optional();

/** Of objects that operators and tools define: strict schemas of their own say what they may hold, in the tests of each chart. */
const FOREIGN = [
  'argoproj.io/v1alpha1',
  'bitnami.com/v1alpha1',
  'cilium.io/v2',
  'external-secrets.io/v1',
  'kustomize.toolkit.fluxcd.io/v1',
  'monitoring.coreos.com/v1',
  'source.toolkit.fluxcd.io/v1',
  'velero.io/v1',
];

/** A schema that refuses every field that Kubernetes does not describe, with references in one place. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const node: Node = { ...value };
  if (node.format === 'int-or-string') return { type: ['integer', 'string'] };
  if (typeof node.$ref === 'string') return { $ref: node.$ref.replace('/definitions/', '/$defs/') };
  const { default: _default, description: _description, ...rest } = node;
  const copy = Object.fromEntries(
    Object.entries(rest)
      .filter(([key]) => !key.startsWith('x-kubernetes-') && key !== 'properties')
      .map(([key, child]) => [key, strict(child)]),
  );
  if (typeof node.properties !== 'object' || node.properties === null) return copy;
  const properties = Object.fromEntries(
    Object.entries(node.properties).map(([name, child]) => [name, strict(child)]),
  );
  return { ...copy, properties, additionalProperties: false };
}

/** What one release of Kubernetes says of objects. */
class Release {
  readonly #names = new Map<string, string>();
  readonly #definitions: Node;
  readonly #schemas = new Map<string, z.ZodType>();

  constructor(swagger: unknown) {
    const { definitions } = swaggerSchema.parse(swagger);
    for (const [name, definition] of Object.entries(definitions)) {
      const kinds = kindsSchema.parse(definition['x-kubernetes-group-version-kind']) ?? [];
      for (const { group, version, kind } of kinds) {
        this.#names.set(`${group === '' ? version : `${group}/${version}`} ${kind}`, name);
      }
    }
    this.#definitions = Object.fromEntries(
      Object.entries(definitions).map(([name, definition]) => [name, strict(definition)]),
    );
  }

  /** What is wrong with an object; an object of a kind that it does not know is wrong. */
  problems(object: KubernetesObject): string[] {
    const kind = `${object.apiVersion} ${object.kind}`;
    const name = this.#names.get(kind);
    if (name === undefined) return [`no schema for ${kind}`];
    const schema =
      this.#schemas.get(kind) ??
      z.fromJSONSchema({
        $ref: `#/$defs/${name}`,
        $defs: this.#definitions,
      } as z.core.JSONSchema.JSONSchema);
    this.#schemas.set(kind, schema);
    return (schema.safeParse(object).error?.issues ?? []).map(
      (issue) =>
        `${object.kind}/${object.metadata?.name} ${issue.path.join('.')}: ${issue.message}`,
    );
  }
}

describe.each(KUBERNETES_RELEASES)('the schemas of Kubernetes %s', (version) => {
  let release: Release;
  beforeAll(async () => {
    release = new Release(JSON.parse(await readFile(apiSchemas(version), 'utf8')));
  });

  test.each(EVERY_PLAN)('accept $name, with no field that they do not know', ({ compiled }) => {
    const objects = everyObject(compiled).map(([, object]) => object);
    expect(objects.length).toBeGreaterThan(2);
    const own = objects.filter(({ apiVersion }) => !FOREIGN.includes(apiVersion));
    expect(own.flatMap((object) => release.problems(object))).toEqual([]);
  });

  test('would find a field that does not exist, a value of a wrong type and a missing one', async () => {
    const objects = await synthesised(compiledPlan());
    const broken = {
      ...named(objects, 'CronJob', 'tidemark-orders-base-backup'),
      spec: { schedule: 3, timezone: 'Etc/UTC', jobTemplate: { spec: { backoffLimit: 1 } } },
    };
    expect(release.problems(broken)).toEqual([
      expect.stringContaining('spec.jobTemplate.spec.template: '),
      expect.stringContaining('spec.schedule: '),
      expect.stringContaining('spec: Unrecognized key: "timezone"'),
    ]);
  });
});
