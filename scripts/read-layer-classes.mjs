import { readFileSync } from 'node:fs'
import { firstSentence } from './read-op-summaries.mjs'

const folder = new URL('../packages/layers/src/layers/', import.meta.url)

/** A comment of documentation and the name of the class below it. */
const documented = /\/\*\*\n((?: \*.*\n)+?) \*\/\n(?:\/\/.*\n)?export class (\w+)/g

/** The layers that `layers/index.ts` exports, in its order, each with the first sentence of its documentation. */
export function readLayerClasses() {
  const index = readFileSync(new URL('index.ts', folder), 'utf8')
  return [...index.matchAll(/^export \{([^}]*)\} from '(.*)'/gm)].flatMap(([, names, file]) => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    const exported = names.split(',').map((name) => name.trim())
    return [...text.matchAll(documented)]
      .filter(([, , name]) => exported.includes(name))
      .map(([, comment, name]) => ({ name, summary: firstSentence(comment.replaceAll(/^ \* ?/gm, '')) }))
  })
}
