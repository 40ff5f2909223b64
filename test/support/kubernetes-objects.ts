import { z } from 'zod';
import type { KubernetesApi } from './kubernetes-api.ts';

/** Any object; what it is, and where. */
export interface Described {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Metadata | undefined;
  readonly [field: string]: unknown;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly [field: string]: unknown;
}

const resourcesSchema = z.object({
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
type Resources = z.infer<typeof resourcesSchema>['resources'];

const groupsSchema = z.object({ groups: z.array(z.object({ name: z.string() })) });

/** Objects of any kind that an API server knows, which says itself under what paths it has them. */
export class KubernetesObjects {
  readonly #api: KubernetesApi;
  readonly #known = new Map<string, Promise<Resources>>();

  constructor(api: KubernetesApi) {
    this.#api = api;
  }

  /** Groups of APIs that are the server's own: others need a definition of somebody else's. */
  async groups(): Promise<Set<string>> {
    const { groups } = groupsSchema.parse(await this.#api.call('GET', '/apis'));
    return new Set(['', ...groups.map(({ name }) => name)]);
  }

  /** Applies the object; with `dryRun`, nothing stays. */
  async apply(object: Described, options: { readonly dryRun?: boolean } = {}): Promise<unknown> {
    const query = `fieldManager=tidemark&fieldValidation=Strict${options.dryRun ? '&dryRun=All' : ''}`;
    return this.#api.apply(`${await this.path(object)}?${query}`, object);
  }

  /** Where the object is. */
  async path({ apiVersion, kind, metadata }: Described): Promise<string> {
    const root = `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    const resources = await this.#resources(root);
    // `deployments/scale` and the like are of other kinds or of the same; the plain one is the object.
    const resource = resources.find((one) => one.kind === kind && !one.name.includes('/'));
    if (!resource) throw new Error(`${apiVersion} has no ${kind}`);
    const namespace = metadata?.namespace;
    if (resource.namespaced && namespace === undefined) {
      throw new Error(`${kind}/${metadata?.name} names no namespace`);
    }
    const place = resource.namespaced ? `/namespaces/${namespace}` : '';
    return `${root}${place}/${resource.name}/${metadata?.name}`;
  }

  #resources(root: string): Promise<Resources> {
    const asked =
      this.#known.get(root) ??
      this.#api.call('GET', root).then((answer) => resourcesSchema.parse(answer).resources);
    this.#known.set(root, asked);
    return asked;
  }
}
