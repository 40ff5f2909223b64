const UNITS: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A quantity of Kubernetes as a number of CPUs or bytes. */
function amount(text: string): number {
  const [, digits, unit = ''] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (digits === undefined || factor === undefined) {
    throw new TypeError(`${JSON.stringify(text)} is not a quantity of Kubernetes`);
  }
  return Number(digits) * factor;
}

/** What is absent counts nothing. */
export const sum = (amounts: readonly (number | string | undefined)[]): number =>
  amounts.reduce<number>(
    (total, one) => total + (typeof one === 'string' ? amount(one) : (one ?? 0)),
    0,
  );

/** An amount of CPUs or bytes as Kubernetes writes it, in whole thousandths of a CPU and whole mebibytes. */
export const quantity = (total: number, resource: string): string =>
  resource === 'cpu'
    ? `${Math.ceil(Math.round(total * 1e6) / 1e3)}m`
    : `${Math.ceil(total / 2 ** 20)}Mi`;
