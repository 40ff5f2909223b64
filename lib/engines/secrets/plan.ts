import { z } from 'zod';
import { namespaceSchema, namespacesSchema } from '../../plan/values/kubernetes-names.ts';
import { changeRowSchema, fullRowSchema, protectOf } from '../../plan/values/rows.ts';
import { rule } from '../../plan/values/rule.ts';
import { hostSchema, portSchema, secretNameSchema, tlsSchema } from '../../plan/values/server.ts';
import { NO_SETTINGS, SOURCE_PARTS } from '../../plan/values/source.ts';

/** A store with integrated (raft) storage, which gives snapshots of itself. What unseals it is never stored beside them. */
const vaultOf = <K extends string>(kind: K) =>
  z
    .strictObject({
      kind: z.literal(kind),
      /** Host name: a Kubernetes service (`vault.vault`) or a DNS name. */
      service: hostSchema,
      port: portSchema.default(8200),
      tls: tlsSchema.default('require'),
      /** Role of the store's Kubernetes authentication that may read `sys/storage/raft/snapshot`. */
      role: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, {
          error: (issue) =>
            `${JSON.stringify(issue.input)} is not the name of a role; write letters, digits, '_', '.' and '-', such as 'tidemark'`,
        })
        .optional(),
      /** Name of the Kubernetes Secret with the key `token`, where there is no such role. */
      credentials: secretNameSchema.optional(),
    })
    .refine(
      ({ role, credentials }) => role === undefined || credentials === undefined,
      rule('credentials', 'role and credentials are both given; write one of them'),
    )
    .refine(
      ({ role, credentials }) => role !== undefined || credentials !== undefined,
      rule(
        'role',
        "nothing says who may take a snapshot; name a role of the Kubernetes authentication, such as role: 'tidemark', or the Secret with a token as credentials",
      ),
    );

const storeSchema = z.discriminatedUnion('kind', [
  vaultOf('vault'),
  vaultOf('openbao'),
  z.strictObject({
    /** The private keys of the Sealed Secrets controller: without them no sealed Secret can ever be opened. */
    kind: z.literal('sealed-secrets'),
    namespace: namespaceSchema.default('kube-system'),
  }),
  z.strictObject({
    /** Certificates with their keys: Secrets of the type `kubernetes.io/tls`. */
    kind: z.literal('certificates'),
    namespaces: namespacesSchema,
  }),
]);

const shape = z.strictObject({
  engine: z.literal('secrets'),
  store: storeSchema,
  protect: protectOf(
    z.discriminatedUnion('kind', [changeRowSchema, fullRowSchema]),
    "onChange({ every: '1h' })",
  ),
  ...SOURCE_PARTS,
});

export const secretsSourceSchema = shape;

export const secretsSettingsSchema = shape.omit(NO_SETTINGS);

export type SecretsSource = z.input<typeof secretsSourceSchema>;

/** A store of secrets, backed up whenever it changes or on a schedule. */
export function secrets(source: Omit<SecretsSource, 'engine'>): SecretsSource {
  return { engine: 'secrets', ...source };
}
