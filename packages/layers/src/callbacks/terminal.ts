/** The part of a text terminal that a progress bar needs. */
export interface Terminal {
  write(text: string): unknown
  readonly columns?: number | undefined
}

/** The terminal that the program runs on; null in browsers and where output goes to a file. */
export function findTerminal(): Terminal | null {
  const { process } = globalThis as {
    readonly process?: { readonly stdout?: Terminal & { readonly isTTY?: boolean } }
  }
  return process?.stdout?.isTTY === true ? process.stdout : null
}
