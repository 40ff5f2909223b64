import { formatDollars } from '../../plan/costs/dollars.ts';
import { COSTS_MORE } from '../../plan/rules/costs.ts';
import type { Audit } from '../model.ts';

/** Promises whose data is moved into a storage class in which it costs more than it did in Standard. */
export function losses({
  costs,
  findings,
  retention,
}: Pick<Audit, 'costs' | 'findings' | 'retention'>): Audit['problems'] {
  return (costs?.moved ?? [])
    .filter(({ usd, inStandardUsd }) => usd > inStandardUsd)
    .filter(({ source }) => !findings.some((finding) => isAccepted(finding, source)))
    .map(({ source, tier, class: name, storageClass, usd, inStandardUsd }) => ({
      place:
        retention
          .find((row) => row.source === source && row.tier === tier && row.class === name)
          ?.stored.find((stored) => stored.storageClass !== null)?.place ?? null,
      message: `${tier ?? 'all'} backups of ${source} cost ${formatDollars(usd)} a month in ${storageClass}, and ${formatDollars(inStandardUsd)} if they stayed in Standard`,
      remedy: `leave them in Standard, or keep them longer; or accept ${COSTS_MORE} with a reason`,
    }));
}

/** The finding of a plan about the same; its exemption accepts what the files show. */
const isAccepted = ({ code, severity, path }: Audit['findings'][number], source: string): boolean =>
  code === COSTS_MORE &&
  severity === 'exempt' &&
  /(?:^|\.)sources\.([^.]+)\./.exec(path)?.[1] === source;
