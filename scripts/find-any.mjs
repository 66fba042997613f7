import { parseSync } from 'vite'

/**
 * The lines of a declaration file that have the type `any`: what a package exports must be typed.
 *
 * @param {string} name The name of the file.
 * @param {string} text
 * @returns {string[]} Each as `name:line: what stands there`.
 */
export function findAny(name, text) {
  const { program, errors } = parseSync(name, text, { lang: 'dts' })
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`)
  const lines = text.split('\n')
  const found = new Set()
  const visit = (node) => {
    if (typeof node !== 'object' || node === null) return
    if (node.type === 'TSAnyKeyword') found.add(text.slice(0, node.start).split('\n').length)
    for (const value of Object.values(node)) visit(value)
  }
  visit(program)
  return [...found].map((line) => `${name}:${line}: ${lines[line - 1].trim()}`)
}
