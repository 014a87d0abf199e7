import { readCapture } from '../../../parsers/index.ts';
import { renderAnalysis } from '../../../reports/index.ts';
import { makeVocabulary } from '../../../src/kernels/index.ts';
import { MECHANISMS } from '../../../src/mechanisms/index.ts';
import { ExitCode, RecvscopeError } from '../../../src/model/diagnostics/errors.ts';
import { Diagnostics } from '../../../src/model/diagnostics/index.ts';
import { StringTable } from '../../../src/model/string-table.ts';
import { TimelineBuilder } from '../../../src/timeline/index.ts';
import { judgeRuns } from '../../../src/verdict/index.ts';
import { WRONG_WORDS, withoutScripts } from './wrong-words.ts';

const vocabulary = makeVocabulary();

/** Reads the bytes as a capture on standard input. '' = fine (also when refused with a code), else what went wrong. */
export async function tryText(bytes: Uint8Array, isReported: boolean): Promise<string> {
  const strings = new StringTable();
  const diagnostics = new Diagnostics();
  const timeline = new TimelineBuilder({ strings, vocabulary, mechanisms: MECHANISMS, diagnostics });
  const stdin = (async function* (): AsyncGenerator<Uint8Array> {
    yield bytes;
  })();
  try {
    const parts = await readCapture('-', { vocabulary, strings, diagnostics, sink: timeline, stdin, wantFolded: true });
    const { calls, notes, era } = timeline.finish(parts.facts, parts.files, parts.profiles);
    if (!isReported) return '';
    const { name, files, profiles, facts } = parts;
    const run = {
      name,
      side: '' as const,
      files,
      calls,
      profiles,
      facts,
      diagnostics: diagnostics.toRecords(),
      timeline: notes,
      era,
    };
    const text = await renderAnalysis(
      judgeRuns([run], { tool: 'recvscope', categoryOf: vocabulary.categoryOf }),
      'text',
    );
    const word = WRONG_WORDS.exec(withoutScripts(text));
    const isQuoted = word !== null && Buffer.from(bytes).includes(word[0]);
    return word === null || isQuoted ? '' : `prints ${text.slice(Math.max(0, word.index - 80), word.index + 40)}`;
  } catch (error) {
    if (error instanceof RecvscopeError && error.exitCode !== ExitCode.bug) return '';
    return error instanceof Error ? (error.stack ?? error.message).slice(0, 900) : String(error);
  }
}
