import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import { printable } from '../../src/model/diagnostics/index.ts';

/** A name may hold terminal escapes; it is shown, and printed in reports, without them. */
export function printableName(name: string): string {
  return (name.match(/[\s\S]{1,200}/g) ?? []).map(printable).join('');
}

export function explained<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw explainFailure(error, name);
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['ELOOP', 'its links lead in a circle'],
  ['ENAMETOOLONG', 'the name is longer than the system allows'],
  ['EMFILE', 'too many files are open: ulimit -n raises the limit'],
  ['ENFILE', 'too many files are open on this machine'],
  ['EIO', 'the medium or the kernel reports a read error'],
  ['EISDIR', 'it is a folder'],
]);

/** What the system said about a file, with the path the user knows: exit code 3, never an internal error. */
export function explainFailure(error: unknown, name: string): RecvscopeError {
  if (error instanceof RecvscopeError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new RecvscopeError(
      'no-such-file',
      ExitCode.unreadable,
      `${name}: no such file or folder`,
      'check the path; - reads standard input',
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new RecvscopeError(
      'no-permission',
      ExitCode.unreadable,
      `${name}: no permission to read it`,
      'recordings made by root belong to root: sudo chown $USER FILE',
    );
  }
  const text = error instanceof Error ? error.message.split(',')[0] : String(error);
  const reason = REASONS.get(code);
  return new RecvscopeError(
    'unreadable',
    ExitCode.unreadable,
    `${name}: cannot be read (${reason === undefined ? text : `${code}: ${reason}`})`,
    'check the file',
  );
}
