import { describe, expect, it } from 'vitest';
import { readFixture } from '../text/support.ts';
import { type Read, readText } from './support.ts';

const fixture = (name: string): string => new TextDecoder().decode(readFixture(`netperf/2.7/${name}.txt`));
const figures = ({ facts }: Read): Record<string, number> =>
  Object.fromEntries(facts.filter(({ value }) => !Number.isNaN(value)).map(({ key, value }) => [key, value]));
const understood = { unknown: 0, malformed: 0, unused: 0 };

describe('netperf', () => {
  it('case netperf-with-service-demand: throughput, CPU and CPU time per byte of the receiver', async () => {
    const read = await readText(fixture('stream-cpu'));
    expect(read.files[0]).toMatchObject({ format: 'netperf', variant: '1 result, TCP_STREAM' });
    expect(read.files[0].account).toMatchObject({ ...understood, parsed: 1 });
    const { receiver_cpu_ns_per_byte: perByte, ...others } = figures(read);
    // 1.382 us a KB of 1024 bytes.
    expect(perByte).toBeCloseTo(1.35, 3);
    expect(others).toMatchObject({ bits_per_second: 22_511_400_000, receiver_cpu_pct: 11.87, seconds: 30 });
  });

  it('-P 0 prints the row alone, with the command or without', async () => {
    const row = fixture('stream-cpu').trim().split('\n').at(-1)!;
    // Which side receives is not in the row.
    expect(figures(await readText(`${row}\n`))).toMatchObject({ local_cpu_pct: 3.11, remote_cpu_pct: 11.87 });
    const named = await readText(`$ netperf -P 0 -H 10.9.0.2 -t TCP_MAERTS -c -C\n${row}\n`);
    expect(figures(named)).toMatchObject({ receiver_cpu_pct: 3.11, sender_cpu_pct: 11.87 });
    const plain = await readText('$ netperf -P 0 -H 10.9.0.2\n131072  16384  16384    10.00    9412.77   \n');
    expect(figures(plain).bits_per_second).toBe(9_412_770_000);
  });

  it('without -c and -C; with the CPU of one side only; in bytes', async () => {
    const stream = await readText(fixture('stream'));
    expect(stream.files[0].account).toMatchObject(understood);
    expect(figures(stream)).toEqual({ bits_per_second: 9_412_770_000, seconds: 10, message_bytes: 16384 });
    const maerts = await readText(fixture('maerts-cpu'));
    expect(maerts.files[0].account).toMatchObject(understood);
    // −1 is "not measured": no figure.
    expect(figures(maerts)).toEqual({
      bits_per_second: 1120.5 * 8 * 1024 ** 2,
      seconds: 10,
      message_bytes: 16384,
      receiver_cpu_pct: 9.8,
      receiver_cpu_ns_per_byte: 0.68359375,
    });
  });

  it('requests and responses: per transaction, no throughput', async () => {
    const read = await readText(fixture('rr-cpu'));
    expect(read.files[0].account).toMatchObject({ ...understood, parsed: 2 });
    expect(figures(read)).toEqual({
      transactions_per_second: 41234.1,
      seconds: 10,
      local_cpu_pct: 4.11,
      remote_cpu_pct: 4.32,
      local_cpu_us_per_transaction: 7.97,
      remote_cpu_us_per_transaction: 8.38,
    });
  });

  it('UDP: what was received counts', async () => {
    const read = await readText(fixture('udp-cpu'));
    expect(read.files[0].account).toMatchObject({ ...understood, parsed: 2 });
    expect(figures(read)).toMatchObject({
      bits_per_second: 61_689_400_000,
      messages: 3531462,
      receiver_cpu_pct: 22.1,
      sender_cpu_pct: 24.11,
    });
  });

  it('omni: pairs, titles with commas, columns of four lines say the same', async () => {
    const expected = {
      bits_per_second: 22_511_400_000,
      seconds: 30,
      receiver_cpu_pct: 11.87,
      sender_cpu_pct: 3.11,
      receiver_cpu_ns_per_byte: 1.349609375,
      sender_cpu_ns_per_byte: 0.353515625,
    };
    for (const name of ['omni-keyval', 'omni-csv'])
      expect(figures(await readText(fixture(name)))).toMatchObject(expected);
    const human = await readText(fixture('omni-human'));
    expect(human.files[0].account).toMatchObject(understood);
    // No column says who sends; the title of the test does not either.
    expect(figures(human)).toMatchObject({
      bits_per_second: 22_511_400_000,
      local_cpu_pct: 3.11,
      remote_cpu_pct: 11.87,
    });
  });

  it('interim results are no results', async () => {
    const read = await readText(fixture('interim'));
    expect(read.files[0].account).toMatchObject(understood);
    expect(read.facts.filter(({ key }) => key === 'bits_per_second').map(({ value }) => value)).toEqual([
      9_412_270_000,
    ]);
    expect(figures(read)['interval_bits_per_second@1417305601.100']).toBe(9_413_520_000);
  });

  it('a row that was cut is malformed, and gives no figure', async () => {
    const read = await readText(
      fixture('stream-cpu').replace('22511.40   3.11     11.87    0.362   1.382', '22511.40'),
    );
    expect(read.files[0].account.malformed).toBe(1);
    expect(read.facts).toEqual([]);
  });
});
