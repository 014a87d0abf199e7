import { FORMATS } from '../../../parsers/index.ts';
import { MECHANISMS } from '../../mechanisms/index.ts';
import { ExitCode } from '../../model/diagnostics/errors.ts';
import { EVENT_KINDS } from '../../model/events.ts';
import { printData } from '../output.ts';
import { vocabulary } from '../pipeline.ts';

/** What recvscope understands: printed from the registries, so it cannot go stale. */
export async function runFormats(format: 'text' | 'json'): Promise<number> {
  const value = {
    formats: FORMATS.map(({ id, title, fills, printedBy, example }) => ({ id, title, fills, printedBy, example })),
    eras: vocabulary.eras,
    mechanisms: MECHANISMS.map(({ id, title, eraFrom, eraTo, evidence }) => ({ id, title, eraFrom, eraTo, evidence })),
    probes: vocabulary.probes.map((probe) => ({
      name: probe.name,
      kind: probe.kind,
      means: EVENT_KINDS[probe.enter],
      from: probe.eraFrom,
      to: probe.eraTo,
      note: probe.note,
    })),
  };
  if (format === 'json') {
    await printData(`${JSON.stringify(value, null, 2)}\n`);
    return ExitCode.done;
  }
  const era = (from: string, to: string): string =>
    from === '' && to === '' ? '' : `${from || '…'} – ${to || 'today'}`;
  const lines = [
    'Formats (recognised by content, never by name)',
    ...value.formats.map((f) => `  ${f.id.padEnd(18)} ${f.title}`),
  ];
  lines.push(
    '',
    'Kernel eras',
    ...value.eras.map((e) => `  ${e.id.padEnd(4)} ${era(e.from, e.to).padEnd(18)} ${e.title}`),
  );
  lines.push(
    '',
    'Mechanisms',
    ...value.mechanisms.map(
      (m) => `  ${m.id.padEnd(22)} ${era(m.eraFrom, m.eraTo).padEnd(18)} ${m.title} (${m.evidence})`,
    ),
  );
  for (const kind of ['function', 'tracepoint', 'syscall'] as const) {
    lines.push('', `Probes: ${kind}s`);
    for (const probe of value.probes.filter((p) => p.kind === kind))
      lines.push(
        `  ${probe.name.padEnd(34)} ${probe.means.padEnd(16)} ${era(probe.from, probe.to).padEnd(16)} ${probe.note}`.trimEnd(),
      );
  }
  await printData(`${lines.join('\n')}\n`);
  return ExitCode.done;
}
