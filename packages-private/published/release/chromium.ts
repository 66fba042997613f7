import { chromium } from 'playwright'
import { preview } from 'vite'

/** A page to open. */
export interface Page {
  /** The folder of its index.html. */
  readonly folder: string
  readonly program: string
  readonly flags: readonly string[]
}

/**
 * Opens a page in Chromium.
 *
 * @returns The first line that it writes to the console.
 * @throws {@link Error} where a script of the page fails, or nothing is written within a minute.
 */
export async function firstLineOf({ folder, program, flags }: Page): Promise<string> {
  const server = await preview({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1' },
  })
  try {
    const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', ...flags] })
    try {
      const page = await browser.newPage()
      const line = new Promise<string>((resolve, reject) => {
        page.once('pageerror', reject)
        page.on('console', (message) => {
          if (message.type() === 'log') resolve(message.text())
          if (message.type() === 'error') reject(new Error(message.text()))
        })
        setTimeout(() => reject(new Error('the page wrote nothing within a minute')), 60_000).unref()
      })
      await Promise.all([line, page.goto(server.resolvedUrls!.local[0]!)])
      return await line
    } finally {
      await browser.close()
    }
  } finally {
    await server.close()
  }
}
