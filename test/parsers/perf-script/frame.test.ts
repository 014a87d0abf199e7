import { describe, expect, it } from 'vitest';
import { FrameLine, FrameShape } from '../../../parsers/formats/perf-script/frame/line.ts';

function read(text: string): { shape: number; ip: string; symbol: string; dso: string; inlined: boolean } {
  const buf = new TextEncoder().encode(text);
  const frame = new FrameLine();
  const shape = frame.parse(buf, 0, buf.length);
  const cut = (start: number, end: number): string => new TextDecoder().decode(buf.subarray(start, end));
  return {
    shape,
    ip: cut(frame.ipStart, frame.ipEnd),
    symbol: cut(frame.symbolStart, frame.symbolEnd),
    dso: cut(frame.dsoStart, frame.dsoEnd),
    inlined: frame.isInlined,
  };
}

/** line, symbol, dso, inlined */
const FRAMES: [string, string, string, boolean?][] = [
  [
    '\tffffffff81e67313 __netif_receive_skb_core.constprop.0+0x333 ([kernel.kallsyms])',
    '__netif_receive_skb_core.constprop.0',
    '[kernel.kallsyms]',
  ],
  [
    '\t          414b3b fsnotify (/lib/modules/4.1.0-virtual/build/vmlinux)',
    'fsnotify',
    '/lib/modules/4.1.0-virtual/build/vmlinux',
  ],
  [
    '\t            7f00 std::function<void (int)>::operator()(int) const (/usr/bin/x)',
    'std::function<void (int)>::operator()(int) const',
    '/usr/bin/x',
  ],
  ['\t            7f00 operator() (/memfd:code (deleted))', 'operator()', '/memfd:code (deleted)'],
  ['\t            7f00 [unknown] (/tmp/a b (1)/lib.so (deleted))', '[unknown]', '/tmp/a b (1)/lib.so (deleted)'],
  ['\t    13a80b608e0a RegExp:[&<>\\"\\\'] (/tmp/perf-7539.map)', 'RegExp:[&<>\\"\\\']', '/tmp/perf-7539.map'],
  [
    '\t     c6d7895aac9 LazyCompile:~body_0 evalmachine.<anonymous>:1 (/tmp/perf-31912.map)',
    'LazyCompile:~body_0 evalmachine.<anonymous>:1',
    '/tmp/perf-31912.map',
  ],
  ['\t          55d0c1 foo(int) (inlined)', 'foo(int)', '', true],
  ['\t          55d0c1 foo::bar (inlined)', 'foo::bar', '', true],
  ['\t            1000 Lcom/x/Y;::z ([JIT] tid 12)', 'Lcom/x/Y;::z', '[JIT] tid 12'],
  ['\t            1000 a+b+0x1f (/x)', 'a+b', '/x'],
  ['\t            1000 _start+0xffff018fd5dce000 (/x)', '_start', '/x'],
  ['\t            1000 x (/x+0x1f)', 'x', '/x'],
  ['\t               0 [unknown] ([unknown])', '[unknown]', '[unknown]'],
  ['\t            1000 (/usr/lib/libc.so.6)', '', '/usr/lib/libc.so.6'],
  ['\tffffffff821facd8 __schedule', '__schedule', ''],
  ['ffffffff8103d0ca native_write_msr_safe ([kernel.kallsyms])', 'native_write_msr_safe', '[kernel.kallsyms]'],
  [
    '\t      74aad30e2a\tandroid.view.View.draw (/system/framework/framework.jar)',
    'android.view.View.draw',
    '/system/framework/framework.jar',
  ],
  ['\t            1000 x (/a(b)  ', 'x', '/a(b'],
  ['\t            1000 py::f:/a/b.py (/tmp/perf-1.map)  ', 'py::f:/a/b.py', '/tmp/perf-1.map'],
];

describe('perf script frames', () => {
  for (const [text, symbol, dso, inlined] of FRAMES) {
    it(JSON.stringify(text.trim()), () => {
      expect(read(text)).toMatchObject({ shape: FrameShape.frame, symbol, dso, inlined: inlined ?? false });
    });
  }

  it('tells what is not a frame', () => {
    expect(read('\tffffffff821facd8').shape).toBe(FrameShape.bare);
    expect(read('           400870 0x400870/0x400540/P/-/-/1  0x4008bf/0x400870/P/-/-/7').shape).toBe(
      FrameShape.branches,
    );
    expect(read('\t0000000000400870\tinsn: 55 48 89\t# PRED 5 cycles').shape).toBe(FrameShape.detail);
    expect(read('  file.c:123').shape).toBe(FrameShape.none);
    expect(read('\tTHIS_IS_A_WEIRD_LINE').shape).toBe(FrameShape.none);
    expect(read('\t12345678123456781 x (/x)').shape).toBe(FrameShape.none);
  });
});
