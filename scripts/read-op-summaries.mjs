import { readdirSync, readFileSync } from 'node:fs'

const folders = ['ops', 'random'].map((name) => new URL(`../packages/core/src/${name}/`, import.meta.url))

/** A comment of documentation and the name of the constant or function below it. */
const documented =
  /\/\*\*\n((?: \*.*\n)+?) \*\/\n(?:\/\/.*\n)?export (?:const|async function|function) (\w+)/g

/** What each public op computes, by its name: the first sentence of its documentation. */
export function readOpSummaries() {
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.includes('.test.'))
      .map((name) => new URL(name, folder)),
  )
  return new Map(
    files.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(documented)].map(([, comment, op]) => [
        op,
        firstSentence(comment.replaceAll(/^ \* ?/gm, '')),
      ]),
    ),
  )
}

/** What the first sentence of a comment says. */
export function firstSentence(text) {
  const paragraph = text.split('\n\n')[0].replaceAll('\n', ' ').trim()
  const links = paragraph.replaceAll(/\{@link (\w+)\}/g, '`$1`')
  // A sentence that goes on with formulas on lines of their own is told up to its colon.
  return /^.*?(?=\.(?: |$))/.exec(links)?.[0] ?? links.split(':', 1)[0]
}
