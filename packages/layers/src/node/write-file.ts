import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** The steps of writing a file, so that tests can make each of them fail. */
export interface FileWriter {
  write(path: string, bytes: Uint8Array): Promise<void>
  rename(from: string, to: string): Promise<void>
}

const disk: FileWriter = { write: writeAndSync, rename }

/**
 * Writes a file beside its place and puts it there when it is whole and on the disk: whatever happens, the file that
 * was there before stays until then.
 */
export async function writeFileSafely(
  path: string,
  bytes: Uint8Array,
  writer: FileWriter = disk,
): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writer.write(temporary, bytes)
    await writer.rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** Writes a new file, and waits until it is on the disk. */
export async function writeAndSync(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

// What systems say of folders that cannot be synchronised: the rename lasts in their own time.
const cannotSync: ReadonlySet<unknown> = new Set(['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'])

/** Makes a rename last. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null)
  if (folder === null) return
  try {
    await folder.sync()
  } catch (error) {
    if (!cannotSync.has((error as NodeJS.ErrnoException).code)) throw error
  } finally {
    await folder.close()
  }
}
