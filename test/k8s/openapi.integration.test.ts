import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { compile } from '../../lib/plan/compile.ts';
import insightdesk from '../../plans/insightdesk.ts';
import quickstart from '../../plans/quickstart.ts';
import { ALL_SCHEMAS, BATCH_SCHEMAS } from '../support/kubernetes-schemas.ts';
import { compiledPlan, compiledSource, withDumps } from './compiled-plan.ts';
import { type KubernetesObject, named, synthesised } from './synthesised.ts';

const nodeSchema = z.record(z.string(), z.unknown());
type Node = z.infer<typeof nodeSchema>;

const swaggerSchema = z.object({ definitions: z.record(z.string(), nodeSchema) });
const openApiSchema = z.object({
  components: z.object({ schemas: z.record(z.string(), nodeSchema) }),
});
const kindsSchema = z
  .array(z.object({ group: z.string(), version: z.string(), kind: z.string() }))
  .optional();

/**
 * Kubernetes' definitions by name, the newer document before the older one. The newer one is of 1.27, the oldest release
 * that the manifests are for; cluster.integration.test.ts asks a recent API server.
 */
async function readDefinitions(): Promise<Record<string, Node>> {
  const all = swaggerSchema.parse(JSON.parse(await readFile(ALL_SCHEMAS, 'utf8')));
  const batch = openApiSchema.parse(JSON.parse(await readFile(BATCH_SCHEMAS, 'utf8')));
  return { ...all.definitions, ...batch.components.schemas };
}

/** A schema that refuses every field that Kubernetes does not describe, with references in one place. */
function strict(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const node: Node = { ...value };
  if (node.format === 'int-or-string') return { type: ['integer', 'string'] };
  // A reference with a description beside it; a default there would fill in what the manifest lacks.
  if (Array.isArray(node.allOf)) return strict(node.allOf[0]);
  if (typeof node.$ref === 'string') {
    return { $ref: node.$ref.replace(/^#\/(components\/schemas|definitions)\//, '#/$defs/') };
  }
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

let definitions: Record<string, Node>;
let strictDefinitions: Node;
beforeAll(async () => {
  definitions = await readDefinitions();
  strictDefinitions = Object.fromEntries(
    Object.entries(definitions).map(([name, definition]) => [name, strict(definition)]),
  );
});

/** What Kubernetes' schema finds wrong with an object; an object of a kind that it does not know is wrong. */
function problems(object: KubernetesObject): string[] {
  const name = Object.keys(definitions).find((candidate) =>
    kindsSchema
      .parse(definitions[candidate]?.['x-kubernetes-group-version-kind'])
      ?.some(
        ({ group, version, kind }) =>
          kind === object.kind &&
          (group === '' ? version : `${group}/${version}`) === object.apiVersion,
      ),
  );
  if (name === undefined) return [`no schema for ${object.apiVersion} ${object.kind}`];
  const schema = z.fromJSONSchema({
    $ref: `#/$defs/${name}`,
    $defs: strictDefinitions,
  } as z.core.JSONSchema.JSONSchema);
  return (schema.safeParse(object).error?.issues ?? []).map(
    (issue) => `${object.kind}/${object.metadata?.name} ${issue.path.join('.')}: ${issue.message}`,
  );
}

describe('Kubernetes’ own schemas', () => {
  test('accept every manifest, with no field that they do not know', async () => {
    const { settings } = compiledSource();
    const objects = await synthesised(
      compiledPlan({
        sources: [
          compiledSource(),
          compiledSource({
            name: 'audit',
            settings: { ...settings, server: { ...settings.server, tls: 'verify-full' } },
          }),
          { ...withDumps(true), name: 'dumped' },
        ],
      }),
    );
    expect(objects.length).toBeGreaterThan(15);
    expect(objects.flatMap(problems)).toEqual([]);
  });

  test.each(
    [insightdesk, quickstart].flatMap((plan) =>
      Object.keys(plan.environments).map((environment) => ({ plan, environment })),
    ),
  )('accept $plan.name in $environment', async ({ plan, environment }) => {
    const { compiled } = compile(plan, environment);
    if (!compiled) throw new Error('the plan has errors');
    const objects = await synthesised(compiled);
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.flatMap(problems)).toEqual([]);
  });

  test('would find a field that does not exist, a value of a wrong type and a missing one', async () => {
    const cronJob = named(
      await synthesised(compiledPlan()),
      'CronJob',
      'tidemark-orders-base-backup',
    );
    const broken = {
      ...cronJob,
      spec: { schedule: 3, timezone: 'Etc/UTC', jobTemplate: { spec: { backoffLimit: 1 } } },
    };
    expect(problems(broken)).toEqual([
      expect.stringContaining('spec.jobTemplate.spec.template: '),
      expect.stringContaining('spec.schedule: '),
      expect.stringContaining('spec: Unrecognized key: "timezone"'),
    ]);
  });
});
