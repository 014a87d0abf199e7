import { randomBytes } from 'node:crypto';
import fs, { promises as files } from 'node:fs';
import path from 'node:path';
import { ExitCode, RecvscopeError } from '../model/diagnostics/errors.ts';
import { cleanUpWith } from './cleanup.ts';
import { refuseEvidence } from './evidence-guard.ts';

/** Where -o leads to when all links are followed. */
interface Target {
  /** What is written or replaced. */
  place: string;
  /** null = it does not exist yet. */
  stat: fs.BigIntStats | null;
  /** A device, a pipe or an open descriptor (/dev/stdout) cannot be renamed over. */
  isDirect: boolean;
}

const MAX_LINKS = 40;

/** Throws what the system says about the place; nothing is created. */
export function resolveTarget(file: string): Target {
  if (file === '' || /(?:^|\/)\.{0,2}$/.test(file)) throw coded(file === '' ? 'ENOENT' : 'EISDIR');
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) return { place: resolveMissing(file), stat: null, isDirect: false };
  if (stat.isDirectory()) throw coded('EISDIR');
  if (stat.isSocket() || stat.isBlockDevice()) throw coded('EINVAL');
  if (!stat.isFile()) return { place: file, stat, isDirect: true };
  fs.accessSync(file, fs.constants.W_OK);
  // A link of /proc to a file that is open but has no name any more.
  const real = fs.realpathSync(file);
  const found = fs.statSync(real, { bigint: true, throwIfNoEntry: false });
  const isDirect = found === undefined || found.ino !== stat.ino || found.dev !== stat.dev;
  return { place: isDirect ? file : real, stat, isDirect };
}

/** The file a dangling link would make, in a folder that exists. */
function resolveMissing(file: string): string {
  let place = file;
  for (let links = 0; links < MAX_LINKS; links++) {
    const folder = fs.realpathSync(path.dirname(place));
    place = path.join(folder, path.basename(place));
    const entry = fs.lstatSync(place, { throwIfNoEntry: false });
    if (entry === undefined || !entry.isSymbolicLink()) return place;
    place = path.resolve(folder, fs.readlinkSync(place));
  }
  throw coded('ELOOP');
}

function coded(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

/** A name of its own, so that a long name of the target stays within what the system allows. */
const besideOf = (place: string): string =>
  path.join(path.dirname(place), `.recvscope-${randomBytes(6).toString('hex')}.part`);

/** Told before the work: whether a file can be made there at all. */
export function checkTarget(file: string): void {
  try {
    const { place, isDirect } = resolveTarget(file);
    if (isDirect) return;
    const beside = besideOf(place);
    fs.closeSync(fs.openSync(beside, 'wx', 0o600));
    fs.rmSync(beside, { force: true });
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

/**
 * Writes beside the target and renames: a reader of `file` never sees half of it, a failure leaves nothing behind. Mode
 * and owner of an existing target stay; a link stays a link.
 */
export async function writeFileWhole(file: string, chunks: Iterable<string | Uint8Array> | string): Promise<void> {
  try {
    const target = resolveTarget(file);
    refuseEvidence(target.stat, `-o ${file}`);
    if (target.isDirect) return await writeChunks(await files.open(file, 'w'), chunks);
    const beside = besideOf(target.place);
    const release = cleanUpWith(() => fs.rmSync(beside, { force: true }));
    try {
      const handle = await files.open(beside, 'wx', target.stat === null ? 0o666 : 0o600);
      await writeChunks(handle, chunks, target.stat);
      fs.renameSync(beside, target.place);
    } catch (error) {
      fs.rmSync(beside, { force: true });
      throw error;
    } finally {
      release();
    }
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

async function writeChunks(
  handle: files.FileHandle,
  chunks: Iterable<string | Uint8Array> | string,
  like: fs.BigIntStats | null = null,
): Promise<void> {
  try {
    for (const chunk of typeof chunks === 'string' ? [chunks] : chunks) await handle.writeFile(chunk);
    if (like !== null) await copyRights(handle, like);
    // Network file systems and quotas refuse as late as here.
    await handle.sync().catch(ignoreUnsupported);
  } finally {
    await handle.close();
  }
}

async function copyRights(handle: files.FileHandle, like: fs.BigIntStats): Promise<void> {
  const own = await handle.stat({ bigint: true });
  if (own.uid !== like.uid || own.gid !== like.gid)
    // Only root may give files away; the mode below is kept in any case.
    await handle.chown(Number(like.uid), Number(like.gid)).catch(() => undefined);
  await handle.chmod(Number(like.mode) & 0o7777);
}

function ignoreUnsupported(error: NodeJS.ErrnoException): void {
  if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS'].includes(error.code ?? '')) throw error;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EISDIR', 'it is a folder'],
  ['ENOENT', 'there is no such folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['ELOOP', 'its links lead in a circle'],
  ['EINVAL', 'it is a device or socket'],
]);

export function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, error, 'choose another folder with -o');
  }
}

function cannotWrite(file: string, error: unknown, hint = 'choose another file with -o'): RecvscopeError {
  if (error instanceof RecvscopeError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const folder = path.dirname(file);
  if (code === 'ENOENT' && file !== '' && !fs.existsSync(folder))
    return new RecvscopeError(
      'cannot-write',
      ExitCode.unreadable,
      `cannot write ${file}: ${code} (folder ${folder} does not exist)`,
      `mkdir -p ${folder}`,
    );
  const reason = REASONS.get(code);
  return new RecvscopeError(
    'cannot-write',
    ExitCode.unreadable,
    `cannot write ${file === '' ? "''" : file}: ${code}${reason === undefined ? '' : ` (${reason})`}`,
    hint,
  );
}
