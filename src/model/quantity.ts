/** Quantities of Kubernetes (`500m`, `1Gi`, `1e3`) as numbers (apimachinery resource.Quantity). */

const SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity stands for; null where it is none. */
export function quantityOf(text: string | undefined): number | null {
  const { digits, suffix } =
    /^(?<digits>[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)(?<suffix>[A-Za-z]*)$/.exec(text ?? '')?.groups ?? {};
  const factor = suffix === undefined ? undefined : SUFFIXES[suffix];
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}
