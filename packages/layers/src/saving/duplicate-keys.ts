/**
 * The first key that an object of a valid JSON text has twice, which `JSON.parse` would pass over in silence.
 *
 * Runs in linear time; the text must be valid JSON.
 */
export function findDuplicateKey(text: string): string | undefined {
  const open: (Set<string> | null)[] = []
  let position = 0
  let isKey = false
  while (position < text.length) {
    const character = text[position]!
    if (character === '"') {
      const end = stringEnd(text, position)
      const keys = open.at(-1)
      if (isKey && keys) {
        const key = JSON.parse(text.slice(position, end)) as string
        if (keys.has(key)) return key
        keys.add(key)
        isKey = false
      }
      position = end
      continue
    }
    if (character === '{') open.push(new Set())
    else if (character === '[') open.push(null)
    else if (character === '}' || character === ']') open.pop()
    if (character === '{' || character === ',') isKey = open.at(-1) !== null
    position++
  }
  return undefined
}

function stringEnd(text: string, start: number): number {
  let position = start + 1
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1
  return position + 1
}
