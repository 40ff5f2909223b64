import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { namespaceSchema } from '../values/kubernetes-names.ts';
import { portSchema } from '../values/server.ts';
import { labelValueSchema, qualifiedKeySchema } from './labels.ts';

function isRange(text: string): boolean {
  const [, address = '', bits = ''] = /^([0-9a-fA-F.:]+)\/(\d{1,3})$/.exec(text) ?? [];
  const limit = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1;
  return bits !== '' && Number(bits) <= limit;
}

/** Addresses by a prefix, of IPv4 or IPv6. */
const rangeSchema = z.string().refine(isRange, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a range of addresses; write it with its prefix, such as '10.0.0.0/16'`,
});

const rangesSchema = z.array(rangeSchema).min(1, {
  error: () => "no range is named; write at least one, such as ['10.0.0.0/16']",
});

/** What Tidemark's pods may reach beside the servers of their sources. */
export const networkSchema = z.strictObject({
  /**
   * How port 443 to S3 (and STS) is opened, whose addresses change and whose names a NetworkPolicy cannot say: to any
   * address, to the addresses of VPC endpoints, or by name with a CiliumNetworkPolicy. Default: any.
   */
  s3: z.union([z.enum(['any', 'cilium']), z.strictObject({ cidrs: rangesSchema })]).optional(),
  /** Where the API server listens behind its Service; default: anything on 443. */
  apiServer: z
    .strictObject({ port: portSchema.optional(), cidrs: rangesSchema.optional() })
    .optional(),
  /** The pods that answer for names; default: `k8s-app: kube-dns` in `kube-system` on 53. */
  dns: z
    .strictObject({
      namespace: namespaceSchema,
      labels: z.record(qualifiedKeySchema, labelValueSchema),
      port: portSchema.optional(),
    })
    .optional(),
  /** What else every pod may reach, such as a proxy, or the port that a server's pods listen on behind their Service. */
  extra: z
    .array(
      z
        .strictObject({
          namespace: namespaceSchema.optional(),
          cidr: rangeSchema.optional(),
          port: portSchema,
        })
        .refine(({ namespace, cidr }) => namespace === undefined || cidr === undefined, {
          error: () => 'a namespace and a range are two targets; write an entry for each',
        }),
    )
    .optional(),
});
