import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SerializationError } from '@tapegrad/core'
import { type FileWriter, writeAndSync, writeFileSafely } from './write-file.ts'

const digestBytes = 32

/** The newest checkpoint of a folder and the one before. At every moment one of them is whole. */
export class CheckpointFiles {
  readonly newest: string
  readonly previous: string
  readonly #folder: string
  readonly #keepsPrevious: boolean
  /** Whether the newest one may take the place of the previous one: a damaged one must not. */
  #isNewestGood = false

  constructor(folder: string, keepsPrevious: boolean) {
    this.#folder = folder
    this.#keepsPrevious = keepsPrevious
    this.newest = join(folder, 'newest.checkpoint')
    this.previous = join(folder, 'previous.checkpoint')
  }

  /** Puts a checkpoint into its place when it is whole and on the disk. */
  async write(bytes: Uint8Array, disk: FileWriter = { write: writeAndSync, rename }): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const rotates = this.#keepsPrevious && this.#isNewestGood
    await writeFileSafely(this.newest, withDigest(bytes), {
      write: disk.write,
      rename: async (from, to) => {
        if (rotates) await disk.rename(this.newest, this.previous)
        this.#isNewestGood = false
        await disk.rename(from, to)
      },
    })
    this.#isNewestGood = true
  }

  /**
   * The newest checkpoint that is whole; null where there is none.
   *
   * @throws {@link SerializationError} where all that there are are damaged.
   */
  async read(): Promise<Uint8Array | null> {
    const newest = await readIfThere(this.newest)
    const content = newest === null ? null : withoutDigest(newest)
    this.#isNewestGood = content !== null
    if (content !== null) return content
    const previous = await readIfThere(this.previous)
    if (newest === null && previous === null) return null
    const before = previous === null ? null : withoutDigest(previous)
    if (before !== null) {
      if (newest !== null)
        console.warn(`BackupAndRestore: ${this.newest} is damaged; the one before is used.`)
      return before
    }
    throw new SerializationError('the checkpoint is damaged', {
      op: 'BackupAndRestore',
      received: { folder: this.#folder },
      hint: 'delete the folder to begin anew',
    })
  }

  /** Deletes the checkpoints, and the folder where nothing else is in it. */
  async delete(): Promise<void> {
    // The older one first: what a crash in between leaves is the newest one.
    await rm(this.previous, { force: true })
    await rm(this.newest, { force: true })
    this.#isNewestGood = false
    await rmdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (!notRemovable.has(error.code)) throw error
    })
  }
}

const notRemovable: ReadonlySet<unknown> = new Set([
  'ENOENT',
  'ENOTEMPTY',
  'EEXIST',
  'EBUSY',
  'EPERM',
  'EACCES',
])

function withDigest(bytes: Uint8Array): Uint8Array {
  const file = new Uint8Array(bytes.length + digestBytes)
  file.set(bytes)
  file.set(createHash('sha256').update(bytes).digest(), bytes.length)
  return file
}

/** The content of a file; null where the digest at its end is not that of the content. */
function withoutDigest(file: Uint8Array): Uint8Array | null {
  const end = file.length - digestBytes
  if (end < 0) return null
  const content = file.subarray(0, end)
  const digest = createHash('sha256').update(content).digest()
  return digest.equals(file.subarray(end)) ? content : null
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}
