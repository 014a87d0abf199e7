import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findFact } from '../../src/model/environment.ts';
import { ROOT } from '../support/source-tree.ts';
import { catchCode, identityHolds, type Read, read, readText, withFolder } from './side/support.ts';
import { readFixture } from './text/support.ts';

const decoder = new TextDecoder();
const fixture = (name: string): string => decoder.decode(readFixture(name));
const trace = fixture('ftrace/kprobes-3.10/trace.txt');
const traceLines = trace.split('\n').length - 1;

/** Past 64 MiB, where the ratio begins to count. */
const bomb = gzipSync(Buffer.alloc(66 * 2 ** 20, `${'a'.repeat(65_535)}\n`));

async function* chunksOf(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** A zstd frame of raw blocks (RFC 8878): what any compressor may write for data it cannot compress. */
function zstdFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const block = bytes.subarray(at, at + 65_536);
    const head = (block.length << 3) | (at + 65_536 >= bytes.length ? 1 : 0);
    parts.push(Buffer.from([head & 255, (head >> 8) & 255, head >> 16]), block);
  }
  return Buffer.concat(parts);
}

describe('packings', () => {
  it('bytes behind the packed data do not stop the reading', async () => {
    const packed = gzipSync(trace);
    const padded = await readText(Buffer.concat([packed, Buffer.alloc(100_000)]));
    expect(padded.eventLines).toEqual((await readText(trace)).eventLines);
    expect(padded.diagnostics.countOf('trailing-bytes')).toBe(0);
  });

  it('garbage behind the packed data takes nothing away, and is counted', async () => {
    const plain = await readText(trace.repeat(40));
    const packed = gzipSync(trace.repeat(40));
    for (const garbage of ['x', 'garbage\n', '\u001f\u008bno header', 'lines\n'.repeat(50_000)]) {
      const bytes = Buffer.from(garbage, 'latin1');
      const behind = await readText(Buffer.concat([packed, bytes]));
      expect(behind.eventLines).toEqual(plain.eventLines);
      expect(behind.diagnostics.countOf('trailing-bytes')).toBe(1);
      expect(behind.files[0].notes).toContain(`gzip: ${bytes.length} bytes after the packed data were ignored`);
    }
  });

  it('a gzip file cut anywhere gives what came before the cut and is never called empty', async () => {
    const packed = gzipSync(trace);
    for (const size of [2, 3, 9, 10, 11, 18]) {
      const cut = await catchCode(readText(packed.subarray(0, size)));
      expect(cut).toMatchObject({ code: 'broken-packing', exitCode: 3 });
      expect(cut.message).toContain(size < 10 ? 'cut inside the header' : 'unexpected end of file');
    }
    for (const missing of [1, 7, 8]) {
      const cut = await readText(packed.subarray(0, packed.length - missing));
      expect(cut.files[0].account.lines).toBe(traceLines);
      expect(cut.diagnostics.countOf('packed-data-broken')).toBe(1);
    }
  });

  it('reads the optional fields of the header, and says when the check sum does not fit', async () => {
    const packed = gzipSync(trace);
    const named = Buffer.concat([
      packed.subarray(0, 3),
      Buffer.from([2 | 4 | 8 | 16]),
      packed.subarray(4, 10),
      Buffer.from([3, 0, 1, 2, 3]),
      Buffer.from('trace.txt\0a comment\0'),
      Buffer.from([0, 0]),
      packed.subarray(10),
    ]);
    const plain = await readText(trace);
    expect((await readText(named)).eventLines).toEqual(plain.eventLines);
    const wrong = Buffer.from(packed);
    wrong[wrong.length - 6] ^= 1;
    const read = await readText(wrong);
    expect(read.eventLines).toEqual(plain.eventLines);
    expect(read.files[0].notes.join()).toContain('check sum');
  });

  it('a damaged byte leaves what came before it', async () => {
    const body = trace.replace(/^#.*\n/gm, '');
    const packed = gzipSync(body.repeat(200), { level: 1 });
    const middle = packed.length >> 1;
    const damaged = Buffer.concat([packed.subarray(0, middle), Buffer.alloc(64, 0xff), packed.subarray(middle + 64)]);
    const read = await readText(damaged);
    expect(read.files[0].account.lines).toBeGreaterThan(body.split('\n').length * 90);
    expect(read.diagnostics.countOf('packed-data-broken')).toBe(1);
  });

  it('a BOM before a header block makes no segment of its own', async () => {
    const block = '# ========\n# captured on    : Sat Nov 21 05:59:52 2026\n# ========\n#\n';
    const line = 'rxbench 24067 [001]  2782.992243: cpu-clock:  ffffffff8136a45d tcp_recvmsg ([kernel.kallsyms])\n';
    const { files } = await readText(`\ufeff${block}${line.repeat(20)}`);
    expect(files.map(({ format, account }) => [format, account.lines])).toEqual([['perf-script', 24]]);
  });

  it('gzip, gzip of several members and zstd frames give the same events', async () => {
    const plain = await readText(trace);
    const half = trace.indexOf('\n', trace.length / 2) + 1;
    const members = Buffer.concat([gzipSync(trace.slice(0, half)), gzipSync(trace.slice(half))]);
    const frames = Buffer.concat([zstdFrame(trace.slice(0, half)), zstdFrame(trace.slice(half))]);
    for (const packed of [gzipSync(trace), members, zstdFrame(trace), frames, gzipSync(gzipSync(trace))]) {
      const read = await readText(packed);
      expect(read.eventLines).toEqual(plain.eventLines);
      expect(read.files[0].account).toEqual(plain.files[0].account);
      expect(read.files[0].wrapping).toMatch(/^(?:gzip|zstd)/);
    }
  });

  it('keeps what came before a cut in packed data, and says so', async () => {
    for (const packed of [gzipSync(trace.repeat(20)), zstdFrame(trace.repeat(20))]) {
      const cut = await readText(packed.subarray(0, Math.floor(packed.length * 0.6)));
      expect(cut.files[0].account.lines).toBeGreaterThan(100);
      expect(cut.diagnostics.countOf('packed-data-broken')).toBe(1);
      expect(identityHolds(cut)).toBe(true);
    }
  });

  it('zstd: skippable frames, bytes behind the frames, dictionaries, windows of later frames', async () => {
    const plain = await readText(trace);
    const skippable = Buffer.concat([Buffer.from([0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0]), Buffer.from('hello')]);
    const frame = zstdFrame(trace);
    const whole = await readText(Buffer.concat([skippable, frame, skippable]));
    expect(whole.eventLines).toEqual(plain.eventLines);
    expect(whole.files[0].notes).toEqual(plain.files[0].notes);
    const behind = await readText(Buffer.concat([frame, Buffer.from('garbage')]));
    expect(behind.eventLines).toEqual(plain.eventLines);
    expect(behind.files[0].notes).toContain('zstd: 7 bytes after the packed data were ignored');
    const padded = await readText(Buffer.concat([frame, Buffer.alloc(5000)]));
    expect(padded.files[0].notes).toEqual(plain.files[0].notes);
    const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 1, 0, 0]);
    const later = await catchCode(readText(Buffer.concat([skippable, frame, window])));
    expect(later).toMatchObject({ code: 'zstd-window-too-large', exitCode: 3 });
    const dictionary = await catchCode(readText(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 9, 1, 0, 0, 0])));
    expect(dictionary).toMatchObject({ code: 'zstd-dictionary', exitCode: 3 });
    const cut = await readText(Buffer.concat([frame, frame.subarray(0, 900)]));
    expect(cut.diagnostics.countOf('packed-data-broken')).toBe(1);
    for (const size of [1, 3, 4096]) {
      const bytes = Buffer.concat([skippable, frame, skippable, frame, Buffer.from('tail')]);
      const parts = await read('-', { stdin: chunksOf(bytes, size) });
      expect(parts.files[0].account).toEqual((await readText(Buffer.from(trace + trace))).files[0].account);
    }
  });

  it('zstd with tables that send the decompressor round for ever comes to an end', async () => {
    const frame = [
      'KLUv/QBolQgAVpI2HvFvcwz9iAg5JmuzUOwkulJh0i9IYufAusBD1dheAy8AMgAqALqP42iqKk4lWwr7w81bIuKzKFrcS5Tx7pWakj1hDMAQmC',
      'iFt4QBT6mRJ4qjJjW9bggDAsGIxcMCAwSCByBhi4KTB16SeoCORh/fcLPxTY8B8y1clEXhU1Xc6Owf6S2nhwWQ97GC3MQJ83JcLjrXzfXObV19',
      'XV4JSwlyg8sbpVffNCHfQexUkD8tjQIrYSlB224bqrtYsWbkJmW0Y+uVbPBV/MjEeVW6YL7IXvNq4i7Jd9ENPvcUAGQINtjAWevwawRYDUb7WU',
      'jyEQ5IwjhyDiBr4CbGxsLmAB2cEZjwaRVVFeMo/iaVlZ3NMQ==',
    ].join('');
    const endless = await readText(Buffer.concat([zstdFrame(trace), Buffer.from(frame, 'base64')]));
    expect(endless.eventLines).toEqual((await readText(trace)).eventLines);
    expect(endless.files[0].notes).toContain('zstd: damaged data that never end');
  });

  it('refuses data packed too often instead of reading packed bytes as text', async () => {
    const thrice = gzipSync(gzipSync(gzipSync(trace)));
    expect((await readText(thrice)).files[0].format).toBe('ftrace');
    expect(await catchCode(readText(gzipSync(thrice)))).toMatchObject({ code: 'packed-too-often', exitCode: 3 });
  });

  it('reads UTF-16, with and without its mark, and a text behind zeros', async () => {
    const plain = await readText(trace);
    const little = Buffer.from(trace, 'utf16le');
    const big = Buffer.from(little).swap16();
    const ways: [string, Uint8Array][] = [
      ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
      ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
      ['utf-16le', little],
      ['utf-16be', big],
      ['gzip+utf-16le', gzipSync(little)],
    ];
    for (const [wrapping, bytes] of ways) {
      const parts = await readText(bytes);
      expect(parts.eventLines).toEqual(plain.eventLines);
      expect(parts.files[0]).toMatchObject({ wrapping, account: plain.files[0].account });
    }
    const zeros = await readText(Buffer.concat([Buffer.alloc(4096), Buffer.from(trace)]));
    expect(zeros.eventLines.get(0)).toHaveLength(plain.eventLines.get(0)!.length);
  });

  it('names a tar archive, random bytes and zeros for what they are', async () => {
    const tar = Buffer.alloc(2048);
    tar.write('trace.txt\0', 0);
    tar.write('ustar', 257);
    tar.write(trace.slice(0, 1000), 512);
    expect((await catchCode(readText(tar))).hint).toContain('tar -xOf unknown | recvscope report -');
    expect((await catchCode(readText(gzipSync(tar)))).hint).toContain('tar -xaOf unknown');
    let seed = 1;
    const noise = Uint8Array.from({ length: 20_000 }, () => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 24;
    });
    for (let at = 0; at < 10; at++) {
      const part = noise.subarray(at * 1000, at * 1000 + 4096);
      expect((await catchCode(readText(part))).code).toBe('binary-file');
    }
    expect((await catchCode(readText(Buffer.alloc(100_000)))).code).toBe('binary-file');
  });

  it('stops a bomb by ratio and by size, with the option that raises the limit', async () => {
    const ratio = await catchCode(readText(bomb));
    expect(ratio).toMatchObject({ code: 'expands-too-far', exitCode: 3 });
    expect(ratio.hint).toContain('--max-expansion-ratio');
    const size = await catchCode(readText(gzipSync(trace), { maxExpandedBytes: 1000 }));
    expect(size).toMatchObject({ code: 'expands-too-far', exitCode: 3 });
    expect(size.hint).toContain('--max-expanded-bytes');
    const raised = await catchCode(readText(bomb, { maxExpansionRatio: 10_000 }));
    expect(raised.code).toBe('nothing-recognised');
    const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0, 1, 0, 0]);
    expect(await catchCode(readText(window))).toMatchObject({ code: 'zstd-window-too-large', exitCode: 3 });
  });

  it('a bomb in a folder is named and does not stop the rest', async () => {
    const files = { bomb, trace };
    const parts = await withFolder(files, (folder) => read(folder));
    expect(parts.files.map((file) => [file.file, file.format])).toEqual([
      ['bomb', 'unreadable'],
      ['trace', 'ftrace'],
    ]);
  });
});

describe('ways in', () => {
  it('reads stdin cut anywhere', async () => {
    const whole = await readText(trace);
    for (const size of [1, 7, 63, 64, 65, 4097, 1 << 20]) {
      const parts = await read('-', { stdin: chunksOf(Buffer.from(trace), size) });
      expect(parts.name).toBe('stdin');
      expect(parts.eventLines).toEqual(whole.eventLines);
      expect(parts.files[0].account).toEqual(whole.files[0].account);
    }
  });

  it('walks a folder in order, facts before traces, and names what it does not know', async () => {
    const files = {
      'z/trace.txt': trace,
      'a/README.md': '# Notes\n\nSome words about the capture. `tracer: nop`\n',
      'a/gt.csv': 'call,tid,start_ns,end_ns,ret\n1,2,3,4,5\n2,2,5,6,7\n',
      'm/probes': fixture('side-snapshot/3.10/probes.txt'),
    };
    const parts = await withFolder(files, (folder) => read(folder));
    expect(parts.files.map((file) => [file.file, file.format])).toEqual([
      ['a/README.md', 'unknown'],
      ['a/gt.csv', 'unknown'],
      ['m/probes', 'side-snapshot'],
      ['z/trace.txt', 'ftrace'],
    ]);
    expect([...parts.eventLines.keys()]).toEqual([3]);
    expect(parts.diagnostics.countOf('unknown-file')).toBe(2);
  });

  it('shows names without terminal escapes', async () => {
    const parts = await withFolder({ 'a\u001b[31m<script>.txt': trace }, (folder) => read(folder));
    expect(parts.files[0].file).toBe('a\ufffd[31m<script>.txt');
    expect(parts.files[0].format).toBe('ftrace');
    const error = await catchCode(read('/no/such/\u001b[2J'));
    expect(error.message).not.toContain('\u001b');
  });

  it('never tells an absolute path', async () => {
    const parts = await withFolder({ 'x/trace.txt': trace }, (folder) => read(folder));
    expect(
      JSON.stringify(parts.files, (_, value) => (typeof value === 'bigint' ? String(value) : value)),
    ).not.toContain('/tmp');
  });

  it('takes BOM, CR LF, quotes, log stamps and pages off', async () => {
    const plain = await readText(trace);
    const carried: Record<string, string> = {
      bom: `\ufeff${trace}`,
      crlf: trace.replaceAll('\n', '\r\n'),
      quoted: trace.replace(/^/gm, '> ').replace(/> $/, ''),
      printk: trace.replace(/^(?=.)/gm, '[10612.025159] '),
      indented: trace.replace(/^(?=.)/gm, '      '),
    };
    for (const [kind, text] of Object.entries(carried)) {
      const parts = await readText(text);
      expect([kind, parts.files[0].account]).toEqual([kind, plain.files[0].account]);
      expect([kind, parts.eventLines]).toEqual([kind, plain.eventLines]);
    }
    const viewer = `<script>${'x();'.repeat(40_000)}</script>\n`;
    const page = `<!DOCTYPE html>\n<html>\n<body>\n${viewer}<script class="trace-data" type="application/text">\n${trace}</script>\n</body>\n</html>\n`;
    const parts = await readText(page);
    expect(parts.eventLines.get(0)).toEqual(plain.eventLines.get(0)!.map((line) => line + 5));
    expect(parts.files[0]).toMatchObject({ wrapping: 'html', format: 'ftrace' });
    const legacy = `<html>\n<script>\n  var linuxPerfData = "\\\n${trace.replaceAll('\n', '\\n\\\n')}\\n";\n</script>\n</html>\n`;
    expect((await readText(legacy)).eventLines.get(0)).toHaveLength(plain.eventLines.get(0)!.length);
  });
});

describe('several captures in one file', () => {
  it('splits at opener lines and keeps the line numbers of the file', async () => {
    const parts = await readText(trace + fixture('opreport/3.10/symbols.txt') + trace);
    expect(parts.files.map((file) => file.format)).toEqual(['ftrace', 'opreport', 'ftrace']);
    const first = parts.eventLines.get(0)!;
    const shift = traceLines + 238;
    expect(parts.eventLines.get(2)).toEqual(first.map((line) => line + shift));
    expect(parts.profiles[0].rows[0].line).toBe(traceLines + 4);
    expect(identityHolds(parts)).toBe(true);
  });

  it('finds the change without opener lines', async () => {
    const bare = trace.replace(/^#.*\n/gm, '');
    const bareLines = bare.split('\n').length - 1;
    const perf = fixture('iperf-csv/2.1.8/server.csv');
    const after = await readText(bare + perf);
    expect(after.files.map((file) => [file.format, file.account.lines])).toEqual([
      ['ftrace', bareLines],
      ['iperf-csv', 6],
    ]);
    const before = await readText(perf + bare);
    expect(before.files.map((file) => [file.format, file.account.lines])).toEqual([
      ['iperf-csv', 6],
      ['ftrace', bareLines],
    ]);
    expect(findFact(before.facts, 'iperf', 'bytes')?.line).toBe(6);
  });

  it('gives the words of a mail to the capture below them', async () => {
    const parts = await readText(`Hello,\n\nhere is the trace I spoke of:\n\n${trace}\nRegards\n`);
    expect(parts.files).toHaveLength(1);
    expect(parts.files[0].account.unknown).toBe(3);
    expect(identityHolds(parts)).toBe(true);
  });

  it('splits alike however the bytes are cut', async () => {
    const text = trace + fixture('perf-report/3.10/comma.txt') + fixture('side-snapshot/3.10/one.txt') + trace;
    const whole = await readText(text);
    for (const size of [1000, 4099, 65_536]) {
      const parts = await read('-', { stdin: chunksOf(Buffer.from(text), size) });
      expect(parts.files.map((file) => [file.format, file.account])).toEqual(
        whole.files.map((file) => [file.format, file.account]),
      );
    }
  });
});

describe('what cannot be read', () => {
  it('is told in two lines with the right exit code', async () => {
    expect(await catchCode(read('/no/such/file'))).toMatchObject({ code: 'no-such-file', exitCode: 3 });
    expect(await catchCode(read('/dev/null'))).toMatchObject({ code: 'not-a-file', exitCode: 3 });
    expect(await catchCode(readText(''))).toMatchObject({ code: 'empty-file', exitCode: 4 });
    expect(await catchCode(withFolder({}, (folder) => read(folder)))).toMatchObject({
      code: 'empty-folder',
      exitCode: 4,
    });
    const prose = await catchCode(readText('Dear list,\nthe transfer is slow.\n'));
    expect(prose).toMatchObject({ code: 'nothing-recognised', exitCode: 4 });
    expect(await catchCode(readText('{"a": [1, 2]}\n'))).toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('JSON'),
    });
    expect(await catchCode(readText('13010 recvfrom(4, "x", 65536, 0, NULL, NULL) = 65536\n'))).toMatchObject({
      message: expect.stringContaining('strace'),
    });
    expect(await catchCode(readText('<!DOCTYPE html>\n<html><p>Hello</p></html>\n'))).toMatchObject({
      message: expect.stringContaining('a web page'),
    });
    const folder = await catchCode(withFolder({ 'a.txt': 'words\n', 'b.json': '{}\n' }, (each) => read(each)));
    expect(folder).toMatchObject({ code: 'nothing-recognised', exitCode: 4 });
    expect(folder.message).toContain('a.txt');
  });

  it('names the command that prints a binary recording', async () => {
    const without = process.env.PATH;
    process.env.PATH = '/nowhere';
    try {
      const perf = await catchCode(readText(Buffer.from('PERFILE2\x68\0\0\0\0\0\0\0rest')));
      expect(perf).toMatchObject({ code: 'binary-recording', exitCode: 3 });
      expect(perf.hint).toContain('perf script -i unknown --ns -F comm,');
      const dat = await catchCode(readText(Buffer.from('\x17\x08\x44tracing6\0\0\0')));
      expect(dat.hint).toContain('trace-cmd report unknown');
    } finally {
      process.env.PATH = without;
    }
    const parts = await withFolder({ 'perf.data': Buffer.from('PERFILE2\0\0\0\0\0\0\0\0'), trace }, (folder) =>
      read(folder),
    );
    expect(parts.files[0]).toMatchObject({ file: 'perf.data', format: 'binary' });
    expect(parts.diagnostics.countOf('binary-file')).toBe(1);
  });

  it('says so when the printing tool fails, stops half-way or warns', async () => {
    const dat = Buffer.from('\x17\x08\x44tracing6\0\0\0');
    const report = path.join(ROOT, 'fixtures/captures/trace-cmd/report-3.1/report.txt');
    const withTool = async <T>(script: string, use: (folder: string) => Promise<T>): Promise<T> =>
      withFolder({ 'bin/trace-cmd': `#!/bin/sh\n${script}\n`, 't.dat': dat, trace }, async (folder) => {
        chmodSync(path.join(folder, 'bin/trace-cmd'), 0o755);
        const before = process.env.PATH;
        process.env.PATH = `${path.join(folder, 'bin')}:${before}`;
        try {
          return await use(folder);
        } finally {
          process.env.PATH = before;
        }
      });
    const only = (folder: string): Promise<Read> => read(path.join(folder, 't.dat'));
    const whole = await withTool(`cat '${report}'`, only);
    expect(whole.files[0]).toMatchObject({ format: 'trace-cmd', wrapping: 'trace.dat', notes: [] });
    const warned = await withTool(`echo 'plugin xyz is old' >&2; cat '${report}'`, only);
    expect(warned.eventLines).toEqual(whole.eventLines);
    expect(warned.files[0].notes).toEqual(['trace-cmd says: plugin xyz is old']);
    for (const [end, says] of [
      ['kill -SEGV $$', 'was stopped by SIGSEGV'],
      ['echo broken page >&2; exit 3', 'stopped with exit code 3'],
    ]) {
      const half = await withTool(`head -30 '${report}'; ${end}`, only);
      expect(half.files[0].account.lines).toBe(30);
      expect(half.diagnostics.countOf('printing-broke-off')).toBe(1);
      expect(half.files[0].notes[0]).toContain(says);
    }
    const failed = await catchCode(withTool('echo cannot read version 99 >&2; exit 1', only));
    expect(failed).toMatchObject({ code: 'binary-recording', exitCode: 3 });
    expect(failed.message).toContain('trace-cmd printed nothing of it: cannot read version 99');
    const beside = await withTool('exit 1', (folder) => read(folder));
    expect(beside.files.map(({ format }) => format).sort()).toEqual(['binary', 'ftrace', 'unknown']);
  });

  it('a recording on standard input or in packed form gets a command that works', async () => {
    const perf = Buffer.from('PERFILE2\x68\0\0\0\0\0\0\0rest');
    const piped = await catchCode(read('-', { stdin: chunksOf(perf, 7) }));
    expect(piped.hint).toContain('perf script -i FILE --ns');
    const packed = await catchCode(readText(gzipSync(perf)));
    expect(packed.hint).toContain('gzip -dc unknown > perf.data; perf script -i perf.data --ns');
  });

  it('prints a recording through perf where it is installed', async (context) => {
    const name = 'perf.data';
    await withFolder({ nothing: '' }, async (folder) => {
      const file = path.join(folder, name);
      try {
        execFileSync('perf', ['record', '-q', '-e', 'cpu-clock', '-o', file, '--', 'true'], { stdio: 'ignore' });
      } catch {
        context.skip();
      }
      const parts = await read(file);
      expect(parts.files[0]).toMatchObject({ file: name, format: 'perf-script', wrapping: 'perf.data' });
    });
  });
});
