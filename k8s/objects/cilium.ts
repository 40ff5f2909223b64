import { z } from 'zod';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { planLabels, planSelector, SERVER_COMPONENTS } from '../charts/names.ts';
import { USUAL_DNS } from '../charts/network/plan-network.ts';
import { storeHosts, storePorts } from '../charts/store-access.ts';
import { wave } from '../charts/sync-wave.ts';
import type { KubernetesObject } from './object.ts';

const stringsSchema = z.record(z.string(), z.string());
const portsSchema = z
  .array(
    z.strictObject({
      ports: z.array(z.strictObject({ port: z.string(), protocol: z.enum(['TCP', 'UDP']) })).min(1),
      rules: z
        .strictObject({ dns: z.array(z.strictObject({ matchPattern: z.string() })).min(1) })
        .optional(),
    }),
  )
  .min(1);

/** Fields of a CiliumNetworkPolicy of cilium.io/v2 that are written here, and no others. */
const policySchema = z.strictObject({
  endpointSelector: z.strictObject({
    matchLabels: stringsSchema,
    matchExpressions: z
      .array(
        z.strictObject({
          key: z.string(),
          operator: z.literal('In'),
          values: z.array(z.string()).min(1),
        }),
      )
      .optional(),
  }),
  egress: z
    .array(
      z.union([
        z.strictObject({
          toFQDNs: z.array(z.strictObject({ matchName: z.string() })).min(1),
          toPorts: portsSchema,
        }),
        z.strictObject({
          toEndpoints: z.array(z.strictObject({ matchLabels: stringsSchema })).min(1),
          toPorts: portsSchema,
        }),
        z.strictObject({
          toEntities: z.array(z.enum(['host', 'kube-apiserver'])).min(1),
          toPorts: portsSchema,
        }),
      ]),
    )
    .min(1),
});
type Spec = z.infer<typeof policySchema>;

const HTTPS = 443;

/**
 * The ways to S3 and the API server by what they are called, for clusters whose network is Cilium's. Cilium knows a name's
 * addresses from the answers that pass through it, so the same policy opens the way to where names are resolved.
 */
export function ciliumPolicies(compiled: CompiledPlan): KubernetesObject[] {
  if (compiled.kubernetes.network?.s3 !== 'cilium') return [];
  const matchLabels = planSelector(compiled);
  const { apiServer } = compiled.kubernetes.network;
  return [
    policy(compiled, 'tidemark-store', {
      endpointSelector: { matchLabels },
      egress: [
        names(compiled),
        {
          toFQDNs: (storeHosts(compiled) ?? storeNames(compiled)).map((matchName) => ({
            matchName,
          })),
          toPorts: [tcp(...storePorts(compiled))],
        },
        // The Pod Identity agent listens on the node itself.
        { toEntities: ['host'], toPorts: [tcp(80)] },
      ],
    }),
    policy(compiled, 'tidemark-api-server', {
      endpointSelector: {
        matchLabels,
        matchExpressions: [
          {
            key: 'app.kubernetes.io/component',
            operator: 'In',
            values: [...SERVER_COMPONENTS],
          },
        ],
      },
      egress: [{ toEntities: ['kube-apiserver'], toPorts: [tcp(apiServer?.port ?? HTTPS)] }],
    }),
  ];
}

const policy = (compiled: CompiledPlan, name: string, spec: Spec): KubernetesObject => ({
  apiVersion: 'cilium.io/v2',
  kind: 'CiliumNetworkPolicy',
  metadata: {
    name,
    namespace: compiled.kubernetes.namespace,
    labels: planLabels(compiled),
    annotations: wave('policy'),
  },
  spec: policySchema.parse(spec),
});

const tcp = (...ports: readonly number[]): Spec['egress'][number]['toPorts'][number] => ({
  ports: ports.map((port) => ({ port: String(port), protocol: 'TCP' })),
});

function names({ kubernetes }: CompiledPlan): Spec['egress'][number] {
  const { namespace, labels, port } = kubernetes.network?.dns ?? USUAL_DNS;
  const number = String(port ?? USUAL_DNS.port);
  return {
    toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': namespace, ...labels } }],
    toPorts: [
      {
        ports: [
          { port: number, protocol: 'UDP' },
          { port: number, protocol: 'TCP' },
        ],
        rules: { dns: [{ matchPattern: '*' }] },
      },
    ],
  };
}

/**
 * Both copies of the backups, because a restore may read either, and the evidence here; buckets have names of their own. STS
 * only where pods ask it for their role: EKS Pod Identity does not. S3 asks KMS by itself.
 */
function storeNames({ buckets, regions, kubernetes }: CompiledPlan): string[] {
  const bucket = (name: string, region: string): string => `${name}.s3.${region}.${suffix(region)}`;
  const { primary, replica } = regions;
  return [
    bucket(buckets.primary, primary),
    bucket(buckets.evidence.primary, primary),
    bucket(buckets.replica, replica),
    ...(kubernetes.issuers ? [`sts.${primary}.${suffix(primary)}`] : []),
  ];
}

const suffix = (region: string): string =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
