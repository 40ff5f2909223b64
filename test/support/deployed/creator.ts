import type { Clients } from '../../../lib/audit/live/clients.ts';
import type { Properties } from '../../../lib/audit/live/properties.ts';
import type { Where } from '../../../lib/audit/live/resolve.ts';
import type { Gateway } from './gateway.ts';

/** A resource of a template that is to be created. */
export interface ToCreate {
  readonly logicalId: string;
  /** With every reference resolved. */
  readonly properties: Properties;
  readonly where: Where;
  readonly clients: Clients;
  readonly gateway: Gateway;
  /** Sets what the gateway answers to a GET for what Moto has none of. */
  readonly answer: (service: string, path: string, body: unknown) => void;
}

/** Creates it and returns the physical id that CloudFormation would give it. */
export type Creator = (resource: ToCreate) => Promise<string>;

/** CloudFormation's properties are the SDK's for most services, and the service itself refuses what is not. */
export const input = <T>(properties: unknown): T => properties as T;

/** A name of its own, as CloudFormation makes one where the template has none. */
export const nameOf = (
  { properties, logicalId, where }: ToCreate,
  property: string,
  longest = 63,
): string => {
  const named = properties[property];
  return typeof named === 'string' ? named : `${where.stack}-${logicalId}`.slice(-longest);
};
