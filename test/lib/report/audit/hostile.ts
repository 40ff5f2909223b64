import { type Audit, auditSchema } from '../../../../lib/audit/model.ts';

/** Breaks out of text, attributes, styles and comments where it is not escaped. */
export const HOSTILE = `"'></style></title><script>alert(1)</script><img src=x onerror=alert(1)>--></p>`;

/** Texts that the model gives a form of their own. */
const FORMED = ['at', 'cron', 'timezone', 'class', 'role', 'mode', 'kind', 'tier', 'severity'];
const KEPT_AS_THEY_ARE = [...FORMED, 'from', 'outcome', 'status'];

/** The audit with something hostile at the end of every text that comes from a plan, a file or a record. */
export function hostile(audit: Audit): Audit {
  return auditSchema.parse(
    JSON.parse(JSON.stringify(audit), (key, value: unknown) =>
      typeof value === 'string' && !KEPT_AS_THEY_ARE.includes(key) ? `${value}${HOSTILE}` : value,
    ),
  );
}
