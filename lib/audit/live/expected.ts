import type { Resource } from '../template.ts';
import { isObject } from './properties.ts';
import type { Expected } from './reader.ts';
import { type Made, resolve, type Where } from './resolve.ts';

/** A resource of a template as it must be deployed, and where the template has it. */
export interface Located {
  readonly expected: Expected;
  readonly resource: Resource;
}

/** The resources of one template, with every reference replaced by what CloudFormation made. */
export function expectedOf(
  resources: readonly Resource[],
  made: ReadonlyMap<string, Made>,
  where: Where,
): Located[] {
  return resources.map((resource) => {
    const { Properties: written } = recordOf(resource.whole.value);
    return {
      resource,
      expected: {
        stack: where.stack,
        logicalId: resource.id,
        type: resource.type,
        physicalId: made.get(resource.id)?.physicalId,
        properties: recordOf(resolve(written, made, where)),
        where,
      },
    };
  });
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isObject(value) ? value : {};
