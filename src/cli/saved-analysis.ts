import { openJson } from '../../parsers/source/json-argument.ts';
import { type Analysis, SCHEMA_VERSION } from '../model/analysis/index.ts';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
import { checkAnalysis } from '../model/schema/check.ts';
import type { LoadOptions } from './pipeline.ts';

/** Every file that `--format json` writes has it, wherever an editor or `jq -S` put it. */
const MARKER = '"schemaVersion"';

export interface OpenedArgument {
  /** null = a capture. */
  saved: Analysis | null;
  /** The bytes of a capture that comes as a stream: they were looked at and are handed on. */
  opened?: AsyncIterable<Uint8Array>;
}

/** Tells a saved analysis (also packed, or from standard input) from a capture. One that breaks the format is refused. */
export async function openArgument(argument: string, load: LoadOptions): Promise<OpenedArgument> {
  const json = await openJson(argument, MARKER, load);
  if (json.kind === 'none') return { saved: null, opened: json.opened };
  const name = argument === '-' ? 'standard input' : argument;
  if (json.kind === 'too-large')
    throw new RecvscopeError(
      'saved-analysis-too-large',
      ExitCode.unreadable,
      `${name} looks like a saved analysis, but is larger than any that recvscope writes`,
      'analyse the captures again',
    );
  let value: unknown;
  try {
    value = JSON.parse(json.text);
  } catch {
    throw broken(name, 'the text is cut or edited');
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'schemaVersion'))
    return { saved: null, opened: json.opened };
  const version: unknown = (value as { schemaVersion: unknown }).schemaVersion;
  if (version !== SCHEMA_VERSION)
    throw new RecvscopeError(
      'saved-analysis-version',
      ExitCode.unreadable,
      `${name} has schema version ${typeof version === 'number' ? version : `of type ${typeof version}`}, this recvscope knows ${SCHEMA_VERSION}`,
      'use the recvscope that wrote it, or analyse the captures again',
    );
  const saved = checkAnalysis(value);
  if (typeof saved === 'string') throw broken(name, saved);
  return { saved };
}

function broken(name: string, what: string): RecvscopeError {
  return new RecvscopeError(
    'saved-analysis-broken',
    ExitCode.unreadable,
    `${name} is no sound saved analysis: ${what}`,
    'write it again with recvscope report --format json',
  );
}
