/**
 * Holm's step-down adjusted p values (1979): sorted ascending, p(i) · (m − i + 1), made monotone, at most 1. Controls the
 * chance of any false claim in the family whatever the dependence. NaN (nothing was tested) stays NaN and does not count.
 * `p.adjust(method = "holm")` in R. Order of the input is kept.
 */
export function adjustHolm(pValues: ArrayLike<number>): Float64Array {
  const tested: number[] = [];
  for (let i = 0; i < pValues.length; i++) if (!Number.isNaN(pValues[i])) tested.push(i);
  tested.sort((a, b) => pValues[a] - pValues[b] || a - b);
  const adjusted = new Float64Array(pValues.length).fill(Number.NaN);
  let largest = 0;
  tested.forEach((i, step) => {
    largest = Math.max(largest, Math.min(1, pValues[i] * (tested.length - step)));
    adjusted[i] = largest;
  });
  return adjusted;
}
