import type { z } from 'zod';
import { hostSchema, portSchema, tlsSchema } from './server.ts';

/** Where a server is whose port depends on whether it speaks TLS. */
export const ADDRESS = {
  /** Host name: a Kubernetes service (`clickhouse.shop`) or a DNS name. */
  service: hostSchema,
  /** Default: the usual one, with TLS or without. */
  port: portSchema.optional(),
  tls: tlsSchema.default('require'),
};

interface Address {
  readonly port?: number | undefined;
  readonly tls: z.output<typeof tlsSchema>;
}

/** Fills in the port that a server usually has, with TLS or without. */
export const withUsualPort =
  (usual: { readonly plain: number; readonly tls: number }) =>
  <A extends Address>(address: A) => ({
    ...address,
    port: address.port ?? (address.tls === 'disable' ? usual.plain : usual.tls),
  });
