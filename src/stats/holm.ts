/**
 * Holm's step-down adjusted p values (1979): sorted ascending, p(i) · (m − i + 1), made monotone, at most 1. Controls the
 * chance of any false claim in the family whatever the dependence. NaN (nothing was tested) stays NaN and does not count.
 * `p.adjust(method = "holm")` in R. Order of the input is kept.
 */
export function adjustHolm(pValues: ArrayLike<number>): Float64Array {
  const tested: number[] = [];
  for (let i = 0; i < pValues.length; i++) if (!Number.isNaN(pValues[i])) tested.push(i);
  tested.sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Float64Array(pValues.length).fill(Number.NaN);
  let largest = 0;
  for (let rank = 0; rank < tested.length; rank++) {
    largest = Math.max(largest, Math.min(1, pValues[tested[rank]] * (tested.length - rank)));
    adjusted[tested[rank]] = largest;
  }
  return adjusted;
}
