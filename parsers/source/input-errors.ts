import type { FileReport } from '../../src/model/diagnostics/accounting.ts';
import { ExitCode, RecvscopeError } from '../../src/model/diagnostics/errors.ts';
import type { InputList } from './inputs.ts';
import type { BinaryKind } from './magic.ts';

export function isRecognised(report: FileReport): boolean {
  return report.format !== 'unknown' && report.format !== 'binary' && report.format !== 'unreadable';
}

export function fillCommand(binary: BinaryKind, name: string): string {
  if (binary.isNameless === true) return binary.command;
  const file = /^[\w./+:@%-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
  return binary.command.replace('FILE', file);
}

export function emptyFolder(list: InputList): RecvscopeError {
  const [first] = list.skipped;
  const why = first === undefined ? '' : ` that may be read: ${first.name} is ${first.reason}`;
  return new RecvscopeError(
    'empty-folder',
    ExitCode.nothingRecognised,
    `${list.name}: the folder holds no files${why}`,
    'recvscope formats lists what can be read',
  );
}

export function nothingIn(list: InputList, reports: readonly (FileReport | undefined)[]): RecvscopeError {
  const named = reports
    .filter((report) => report !== undefined)
    .slice(0, 3)
    .map((report) => `${report.file} (${report.notes[0] ?? report.format})`);
  return new RecvscopeError(
    'nothing-recognised',
    ExitCode.nothingRecognised,
    `${list.name}: none of its ${reports.length} files is a capture: ${named.join(', ')}`,
    'recvscope formats lists what can be read',
  );
}

export function binaryRecording(name: string, binary: BinaryKind): RecvscopeError {
  if (binary.command === '') {
    return new RecvscopeError(
      'binary-file',
      ExitCode.nothingRecognised,
      `${name} is ${binary.title}, not a capture`,
      'recvscope formats lists what can be read',
    );
  }
  return new RecvscopeError(
    'binary-recording',
    ExitCode.unreadable,
    `${name} is ${binary.title}; recvscope reads its text`,
    `print it: ${fillCommand(binary, name)} | recvscope report -`,
  );
}

/** `packingNote`: what is wrong with the packed data, '' when nothing is. */
export function notRecognised(name: string, report: FileReport | undefined, packingNote: string): RecvscopeError {
  if (packingNote !== '' && (report === undefined || report.account.lines === 0)) {
    return new RecvscopeError(
      'broken-packing',
      ExitCode.unreadable,
      `${name}: no text can be unpacked (${packingNote})`,
      'copy the file again, or compress it again',
    );
  }
  if (report === undefined || report.account.lines === 0) {
    return new RecvscopeError(
      'empty-file',
      ExitCode.nothingRecognised,
      `${name} is empty`,
      'was the recording stopped before it was printed? recvscope formats shows how to record',
    );
  }
  const looks = report.notes.find((note) => note.startsWith('looks like ')) ?? 'is none of the known formats';
  return new RecvscopeError(
    'nothing-recognised',
    ExitCode.nothingRecognised,
    `${name}: nothing recognised in ${report.account.lines} lines; it ${looks}`,
    'recvscope formats lists what can be read and how to print it',
  );
}
