/**
 * Adjusted p values of Benjamini & Hochberg (1995): sorted ascending, p(i) · m / i, made monotone from the largest, at most 1. Of
 * those called at a threshold q at most the share q is wrong, on average, when the questions are independent. NaN stays NaN
 * and does not count. `p.adjust(method = "BH")` in R. Order of the input is kept.
 */
export function adjustBenjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const tested: number[] = [];
  for (let i = 0; i < pValues.length; i++) if (!Number.isNaN(pValues[i])) tested.push(i);
  tested.sort((a, b) => pValues[b] - pValues[a] || b - a);
  const adjusted = new Float64Array(pValues.length).fill(Number.NaN);
  let smallest = 1;
  tested.forEach((i, place) => {
    smallest = Math.min(smallest, (pValues[i] * tested.length) / (tested.length - place));
    adjusted[i] = smallest;
  });
  return adjusted;
}
