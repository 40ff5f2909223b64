import type { Chart } from 'cdk8s';
import { z } from 'zod';

/** Strings, as labels and annotations are. */
const stringsSchema = z.record(z.string(), z.string());

/** What is read of an object that a chart made, whatever its kind; the rest of it is left as it is. */
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: stringsSchema.optional(),
    annotations: stringsSchema.optional(),
  }),
  spec: z.looseObject({}).optional(),
});

/** An object of Kubernetes as plain JSON. */
export type KubernetesObject = z.infer<typeof objectSchema>;

const isObject = (json: unknown): json is KubernetesObject => objectSchema.safeParse(json).success;

/** The same object, known to be one; its keys stay in their order. @throws TypeError where something else was made */
export function kubernetesObject(json: unknown): KubernetesObject {
  if (isObject(json)) return json;
  throw new TypeError(`not an object of Kubernetes: ${JSON.stringify(json).slice(0, 200)}`);
}

/**
 * What a chart holds, in the order in which it was made. Not `Chart.toJson()`: that looks for dependencies through the whole app
 * first, for each chart anew, and there are none.
 */
export const objectsOf = ({ apiObjects }: Chart): KubernetesObject[] =>
  apiObjects.map((object) => kubernetesObject(object.toJson()));
