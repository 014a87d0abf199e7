/**
 * Holm's step-down adjusted p values (1979): sorted ascending, p(i) · (m − i + 1), made monotone, at most 1. Controls the
 * chance of any false claim in the family whatever the dependence. NaN (nothing was tested) stays NaN and does not count.
 * `p.adjust(method = "holm")` in R. Order of the input is kept.
 * With weights fixed before the data are seen, Holm's weighted procedure (1979, section 3): sorted by p/w, times the
 * weights of those not yet rejected. Equal weights give the plain one.
 */
export function adjustHolm(pValues: ArrayLike<number>, weights?: ArrayLike<number>): Float64Array {
  const weightOf = (i: number): number => weights?.[i] ?? 1;
  const tested: number[] = [];
  for (let i = 0; i < pValues.length; i++) if (!Number.isNaN(pValues[i])) tested.push(i);
  tested.sort((a, b) => pValues[a] / weightOf(a) - pValues[b] / weightOf(b) || a - b);
  const adjusted = new Float64Array(pValues.length).fill(Number.NaN);
  let left = tested.reduce((sum, i) => sum + weightOf(i), 0);
  let largest = 0;
  for (const i of tested) {
    largest = Math.max(largest, Math.min(1, (pValues[i] * left) / weightOf(i)));
    adjusted[i] = largest;
    left -= weightOf(i);
  }
  return adjusted;
}
