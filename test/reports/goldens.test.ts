import { describe, expect, it } from 'vitest';
import { renderAnalysis } from '../../reports/index.ts';
import { REPORT_SAMPLES } from '../support/report-samples.ts';

/** Words and layout change on purpose only: look at the difference, then `vitest run -u test/reports`. */
describe('goldens', () => {
  for (const name of ['report', 'compare', 'whatif', 'empty', 'nulls'])
    for (const [format, extension] of [
      ['text', 'txt'],
      ['markdown', 'md'],
    ] as const)
      it(`${name} as ${format}`, async () => {
        await expect(await renderAnalysis(REPORT_SAMPLES[name](), format)).toMatchFileSnapshot(
          `goldens/${name}.${extension}.golden`,
        );
        await expect(await renderAnalysis(REPORT_SAMPLES[name](), format, { isFull: true })).toMatchFileSnapshot(
          `goldens/${name}.full.${extension}.golden`,
        );
      });
});
