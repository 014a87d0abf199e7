import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkAnalysis } from '../../src/model/schema/check.ts';
import { makeRandom, mutate } from '../fuzz/mutate.ts';
import { mutateJson } from '../support/hostile/mutate-json.ts';
import { trySaved } from '../support/hostile/try-saved.ts';
import { tryText } from '../support/hostile/try-text.ts';
import { REPORT_SAMPLES, SAMPLE_NAMES } from '../support/report-samples.ts';
import { ROOT } from '../support/source-tree.ts';

const folder = path.join(ROOT, 'fixtures/fuzz');
const seedsOf = (pattern: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort();
const read = (name: string): string => readFileSync(path.join(folder, name), 'latin1');
const SAVED_RUNS = 4_000;
const SIDE_RUNS = 16_000;
const PATIENT = 1_800_000;

describe('saved-json-of-a-stranger', () => {
  it.each(SAMPLE_NAMES)('%s: what recvscope writes passes its own check, field for field', (name) => {
    const written = JSON.parse(JSON.stringify(REPORT_SAMPLES[name]()));
    expect(checkAnalysis(written)).toEqual(written);
  });

  it('names the fields that are wrong', () => {
    const whole = JSON.parse(Buffer.from(read('report.saved.json'), 'latin1').toString('utf8'));
    expect(checkAnalysis({ schemaVersion: 1 })).toContain('headline: missing');
    expect(checkAnalysis({ ...whole, headline: { sentence: 'x', outcome: 'constructor' } })).toContain(
      'headline.outcome: ',
    );
    expect(checkAnalysis({ ...whole, title: 5 })).toContain('title: ');
    expect(checkAnalysis({ ...whole, seed: Number.POSITIVE_INFINITY })).toContain('seed: ');
    expect(checkAnalysis({ ...whole, notes: new Array(200_000).fill('') })).toContain('notes: ');
    const [run] = whole.saved;
    expect(checkAnalysis({ ...whole, saved: [{ ...run, columns: { ...run.columns, comm: [9999] } }] })).toContain(
      'columns.comm',
    );
    expect(checkAnalysis({ ...whole, saved: [{}] })).toContain('saved.0.name: missing');
  });

  it(
    `${SAVED_RUNS} damaged ones: refused or rendered, no internal error, no NaN`,
    async () => {
      const random = makeRandom(20050720);
      const seeds = seedsOf(/\.saved\.json$/).map((name) => Buffer.from(read(name), 'latin1').toString('utf8'));
      let rendered = 0;
      for (let i = 0; i < SAVED_RUNS; i++) {
        const trial = await trySaved(
          mutateJson(seeds[i % seeds.length], random),
          i % 50 === 0 ? ['html', 'markdown', 'text'] : ['text'],
        );
        expect(trial.fault, `number ${i}`).toBe('');
        if (trial.outcome === 'rendered') rendered++;
      }
      expect(rendered).toBeGreaterThan(SAVED_RUNS / 20);
    },
    PATIENT,
  );
});

describe('damaged side files and profiles', () => {
  it(
    `${SIDE_RUNS} of them: read or refused, no internal error`,
    async () => {
      const random = makeRandom(20110101);
      const seeds = seedsOf(/^(?:iperf|perf-stat|perf-report|opreport|opannotate|side-snapshot)/).map(read);
      for (let i = 0; i < SIDE_RUNS; i++) {
        const lines = seeds[i % seeds.length].split('\n').slice(0, 40);
        const damaged = mutate(
          lines.map((line) => Buffer.from(line, 'latin1')),
          random,
        ).lines;
        const bytes = Buffer.concat(damaged.flatMap((line) => [line, Buffer.from('\n')]));
        expect(await tryText(bytes, i % 20 === 0), `number ${i}: ${bytes.toString('latin1').slice(0, 2000)}`).toBe('');
      }
    },
    PATIENT,
  );
});

describe('counts-beyond-doubles', () => {
  const opreport = (count: string): string =>
    `CPU: P4 / Xeon, speed 3000 MHz (estimated)\nCounted GLOBAL_POWER_EVENTS events (time during which processor is not stopped) with a unit mask of 0x01 (mandatory) count 100000\nsamples  %        image name               app name                 symbol name\n${count}     50.0000  vmlinux                  vmlinux                  copy_user_generic_string\n3000     30.0000  vmlinux                  vmlinux                  ioat2_is_complete\n2000     20.0000  vmlinux                  vmlinux                  tcp_recvmsg\n`;
  it.each(['9'.repeat(400), `1${'0'.repeat(300)}`, '18446744073709551616', '5e400'])('%s samples', async (count) => {
    expect(await tryText(Buffer.from(opreport(count)), true)).toBe('');
  });
});
