export const ExitCode = {
  done: 0,
  failOn: 1,
  usage: 2,
  unreadable: 3,
  nothingRecognised: 4,
  cannotRecord: 5,
  bug: 70,
} as const;

/** What cannot go on. `code` is stable for scripts; `hint` names the next command to type. */
export class RecvscopeError extends Error {
  readonly code: string;
  readonly exitCode: number;
  readonly hint: string;

  constructor(code: string, exitCode: number, message: string, hint: string) {
    super(message);
    this.name = 'RecvscopeError';
    this.code = code;
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
