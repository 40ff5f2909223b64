import { z } from 'zod';

/**
 * OSCAL 1.1 assessment results as NIST documents them, as far as ours use them:
 * https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/assessment-results/json-reference/
 * Strict, so that a key which OSCAL does not have is an error, as it is for NIST's own JSON schema. A list is either
 * not there or not empty.
 */

const uuid = z
  .string()
  .regex(/^[\da-f]{8}-[\da-f]{4}-[45][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i);
const token = z.string().regex(/^(\p{L}|_)(\p{L}|\p{N}|[.\-_])*$/u);
const text = z.string().regex(/^\S(.*\S)?$/);
const line = z.string().regex(/^[^\n]+$/);
const prose = z.string().min(1);
const moment = z.iso.datetime({ offset: true });
const reference = z.string().regex(/^[^\s]+$/);
const some = <T extends z.ZodType>(item: T) => z.array(item).min(1);

const observation = z.strictObject({
  uuid,
  title: line.optional(),
  description: prose,
  methods: some(z.enum(['EXAMINE', 'INTERVIEW', 'TEST', 'UNKNOWN'])),
  types: some(
    z.enum(['ssp-statement-issue', 'control-objective', 'mitigation', 'finding', 'historic']),
  ).optional(),
  subjects: some(
    z.strictObject({ 'subject-uuid': uuid, type: z.enum(['component', 'inventory-item']) }),
  ).optional(),
  'relevant-evidence': some(z.strictObject({ href: reference, description: prose })).optional(),
  collected: moment,
});

const finding = z.strictObject({
  uuid,
  title: line,
  description: prose,
  target: z.strictObject({
    type: z.enum(['statement-id', 'objective-id']),
    'target-id': token,
    status: z.strictObject({
      state: z.enum(['satisfied', 'not-satisfied']),
      reason: z.enum(['pass', 'fail', 'other']),
      remarks: prose.optional(),
    }),
  }),
  'related-observations': some(z.strictObject({ 'observation-uuid': uuid })).optional(),
});

const risk = z.strictObject({
  uuid,
  title: line,
  description: prose,
  statement: prose,
  status: z.enum([
    'open',
    'investigating',
    'remediating',
    'deviation-requested',
    'deviation-approved',
    'closed',
  ]),
});

const inventoryItem = z.strictObject({
  uuid,
  description: prose,
  props: some(z.strictObject({ name: z.literal('asset-id'), value: text })),
});

const result = z.strictObject({
  uuid,
  title: line,
  description: prose,
  start: moment,
  end: moment,
  'local-definitions': z.strictObject({ 'inventory-items': some(inventoryItem) }).optional(),
  'reviewed-controls': z.strictObject({
    'control-selections': some(
      z.strictObject({
        description: prose,
        'include-controls': some(z.strictObject({ 'control-id': token })),
      }),
    ),
  }),
  observations: some(observation).optional(),
  risks: some(risk).optional(),
  findings: some(finding),
});

const resource = z.strictObject({
  uuid,
  title: line,
  description: prose.optional(),
  rlinks: some(
    z.strictObject({
      href: reference,
      hashes: some(
        z.strictObject({
          algorithm: z.literal('SHA-256'),
          value: z.string().regex(/^[\da-f]{64}$/),
        }),
      ),
    }),
  ).optional(),
});

export const oscalSchema = z.strictObject({
  'assessment-results': z.strictObject({
    uuid,
    metadata: z.strictObject({
      title: line,
      'last-modified': moment,
      version: text,
      'oscal-version': z.string().regex(/^1\.1\.\d+$/),
      remarks: prose,
    }),
    'import-ap': z.strictObject({ href: reference, remarks: prose }),
    results: some(result),
    'back-matter': z.strictObject({ resources: some(resource) }),
  }),
});
