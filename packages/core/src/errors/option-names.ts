import { ArgumentError } from './index.ts'

/**
 * Checks that an options object has no names but the known ones: a misspelt option must not be ignored.
 *
 * @param op Whose options they are, as the caller spells it: `Dense`, `fit`.
 * @throws {@link ArgumentError} naming the unknown option and the known one that is closest.
 */
export function checkOptionNames(op: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ArgumentError('the options are not an object', {
      op,
      received: { options },
      expected: `an object such as { ${known[0] ?? 'name'}: … }`,
    })
  }
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue
    const closest = closestName(name, known)
    throw new ArgumentError(`unknown option ${JSON.stringify(name)}`, {
      op,
      received: { option: name },
      expected: known.length === 0 ? 'no options' : `one of ${known.join(', ')}`,
      ...(closest === undefined ? {} : { hint: `did you mean ${closest}?` }),
    })
  }
}

/**
 * The known name that was meant: the one whose initials were given (`lr` for `learningRate`), or the one that differs
 * least; none where all differ in more than half of their letters.
 */
export function closestName(name: string, known: Iterable<string>): string | undefined {
  // Names that come from files may be of any length, and the distance takes quadratic time.
  if (name.length > 64) return undefined
  const plain = (text: string): string => text.replaceAll('_', '').toLowerCase()
  let best: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    if (name === initials(candidate)) return candidate
    const distance = editDistance(plain(name), plain(candidate))
    if (distance < least && distance <= Math.max(name.length, candidate.length) / 2) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** The initials of a name of several words, in lower case. */
function initials(name: string): string | undefined {
  const letters = name.match(/^.|[A-Z]/g) ?? []
  return letters.length < 2 ? undefined : letters.join('').toLowerCase()
}

/** Levenshtein's distance: how many letters must be inserted, deleted or replaced. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, previous[j]! + 1, row[j - 1]! + 1))
    }
    previous = row
  }
  return previous[b.length]!
}
