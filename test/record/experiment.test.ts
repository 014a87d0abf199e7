import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseUntil } from '../../src/cli/shared-options.ts';
import { PairOrder } from '../../src/record/experiment/order.ts';
import { findRestore } from '../../src/record/experiment/restore.ts';
import { ALPHA, intervalOf, Looks, spentAlpha } from '../../src/record/experiment/spending.ts';
import { Switcher } from '../../src/record/experiment/switcher.ts';
import { betweenMoments, readBusyNs, readInOctets } from '../../src/record/experiment/untraced.ts';
import { makeRandom } from '../../src/stats/index.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'recvscope-experiment-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('order of the sides', () => {
  const draw = (blocks: number, seed: number): string[] => {
    const order = new PairOrder(makeRandom(seed));
    return Array.from({ length: blocks }, () => [...order.next(), ...order.next()].join(''));
  };

  it('is a first, then blocks of ABBA and BAAB by lot: a steady trend meets both sides alike', () => {
    const blocks = draw(200, 1);
    expect(blocks[0]).toBe('abba');
    expect(blocks.every((block) => block === 'abba' || block === 'baab')).toBe(true);
    const turned = blocks.filter((block) => block === 'baab').length;
    expect(turned).toBeGreaterThan(70);
    expect(turned).toBeLessThan(130);
    expect(draw(200, 1)).toEqual(blocks);
  });
});

describe('spending of the error', () => {
  it('spends all of it at the last look and none before the first', () => {
    expect(spentAlpha(0)).toBe(0);
    expect(spentAlpha(1)).toBeCloseTo(ALPHA, 12);
    // Pocock’s type by Lan and DeMets: 0.05 ln(1 + (e − 1) / 2) at half of the pairs.
    expect(spentAlpha(0.5)).toBeCloseTo(0.031, 3);
  });

  it('is Student’s interval at one look', () => {
    // t(0.975, 4) = 2.776, mean 0, sd 0.1 √(10/4)… of −0.2, −0.1, 0, 0.1, 0.2: sd 0.1581, half 0.1963.
    const { estimate, halfWidthPct, high } = intervalOf([-0.2, -0.1, 0, 0.1, 0.2], ALPHA);
    expect(estimate).toBeCloseTo(1, 12);
    expect(Math.log(high)).toBeCloseTo(0.1963, 3);
    expect(halfWidthPct).toBeCloseTo(100 * (Math.exp(0.1963) - 1), 1);
  });

  /** The rule itself: pairs in rounds of five until ± 5 % or forty pairs, many times, with a truth of +3 %. */
  it.each([
    { name: 'normal', draw: (random: () => number) => normal(random) },
    { name: 'with rare slow pairs', draw: (random: () => number) => normal(random) * (random() < 0.1 ? 4 : 0.8) },
  ])('covers the truth in 95 % of experiments that stop when they are narrow enough: $name', ({ draw }) => {
    const random = makeRandom(7);
    const truth = Math.log(1.03);
    const runs = 3000;
    let covered = 0;
    let early = 0;
    for (let run = 0; run < runs; run++) {
      const looks = new Looks(40);
      const ratios: number[] = [];
      let interval = intervalOf([0, 0], ALPHA);
      while (ratios.length < 40) {
        for (let i = 0; i < 5; i++) ratios.push(truth + 0.08 * draw(random));
        interval = looks.look(ratios);
        if (interval.halfWidthPct <= 5) break;
      }
      if (ratios.length < 40) early++;
      if (Math.log(interval.low) <= truth && truth <= Math.log(interval.high)) covered++;
    }
    expect(early).toBeGreaterThan(runs / 2);
    expect(covered / runs).toBeGreaterThan(0.95);
  });
});

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

describe('what is put back', () => {
  const tool = (name: string, body: string): string => {
    const file = path.join(scratch, name);
    writeFileSync(file, `#!/bin/sh\n${body}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const sysctl = tool('sysctl', 'echo "4096 131072 6291456"');
  const ethtool = tool(
    'ethtool',
    'printf "Features for eth0:\\ngeneric-receive-offload: on\\ntcp-segmentation-offload: off\\n"',
  );

  it('is found out for sysctl and ethtool, once each, with what surrounds them', () => {
    const { command, unknown } = findRestore([
      `${sysctl} -w net.ipv4.tcp_rmem="1 2 3"`,
      `${sysctl} -w net.ipv4.tcp_rmem='4 5 6'; ${ethtool} -K eth0 gro off tso on`,
    ]);
    expect(command).toBe(`${sysctl} -q -w 'net.ipv4.tcp_rmem=4096 131072 6291456'; ${ethtool} -K eth0 gro on tso off`);
    expect(unknown).toEqual([]);
  });

  it('is not invented for anything else', () => {
    expect(findRestore(['echo 1 > /tmp/x', 'true']).unknown).toEqual(['echo 1 > /tmp/x']);
    expect(findRestore([`${ethtool} -K eth0 ntuple on`]).unknown).toHaveLength(1);
  });

  it('is put back when the shell of the settings loses its input, and each setting is followed by its mark', async () => {
    const file = path.join(scratch, 'setting');
    const marks = path.join(scratch, 'marks');
    writeFileSync(marks, '');
    const switcher = new Switcher(`echo old > ${file}`);
    await switcher.set('a', marks, `echo first > ${file}`);
    const read = (name: string): string => readFileSync(name, 'utf8').trim();
    expect([read(file), read(marks)]).toEqual(['first', 'recvscope side=a']);
    await switcher.set('b', 'comm', `echo second > ${file}`);
    expect(read(file)).toBe('second');
    await expect(switcher.set('a', '', 'echo no >&2; false')).rejects.toMatchObject({ code: 'usage' });
    await switcher.end();
    expect(read(file)).toBe('old');
  });
});

describe('without tracer', () => {
  it('reads bytes and busy time from the counters', () => {
    const text = (octets: number, busy: number): string =>
      `IpExt: InNoRoutes InOctets OutOctets\nIpExt: 0 ${octets} 7\ncpu  ${busy} 0 10 5000 3 0 2 0 0 0\ncpu0 1 2 3\n`;
    expect(readInOctets(text(123, 1))).toBe(123);
    expect(readBusyNs(text(1, 4))).toBe(16e7);
    expect(Number.isNaN(readInOctets('nothing'))).toBe(true);
    const moment = (ns: bigint, bytes: number, busyNs: number) => ({ ns, bytes, busyNs });
    expect(betweenMoments(moment(0n, 0, 0), moment(500_000_000n, 1000, 2000))).toEqual({
      bytesPerSecond: 2000,
      busyNsPerByte: 2,
    });
  });
});

describe('--until', () => {
  it('takes a figure and percent, and nothing else', () => {
    expect(parseUntil('cpu:5%')).toEqual({ metric: 'cpu', halfWidthPct: 5 });
    expect(parseUntil('throughput:2.5')).toEqual({ metric: 'throughput', halfWidthPct: 2.5 });
    for (const wrong of ['cpu', 'cpu:0%', 'loss:5%', 'cpu:-1', 'cpu:5 %']) expect(() => parseUntil(wrong)).toThrow();
  });
});
