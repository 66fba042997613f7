import { ArgumentError } from '@tapegrad/core'

/**
 * Fills numbers into a path such as `run/{epoch:02d}-{val_loss:.2f}.safetensors`: `d` is a whole number, `f` one with
 * decimals, `e` one with an exponent; a width with a 0 before it is filled up with zeros.
 *
 * @throws {@link ArgumentError} for a name or format that is not known.
 */
export function fillPath(template: string, values: ReadonlyMap<string, number>): string {
  return template.replaceAll(
    /\{([^{}:]*)(?::([^{}]*))?\}/g,
    (_, name: string, format: string | undefined) => {
      const value = values.get(name)
      if (value !== undefined) return formatNumber(value, format ?? '')
      throw new ArgumentError('the path names a number that there is not', {
        op: 'ModelCheckpoint',
        received: { path: template, name },
        expected: `one of ${[...values.keys()].join(', ')}`,
      })
    },
  )
}

function formatNumber(value: number, format: string): string {
  const match = /^(0?)(\d{0,2})(?:\.(\d{1,2}))?([dfe]?)$/.exec(format)
  if (match === null) {
    throw new ArgumentError('the path has a format that is not known', {
      op: 'ModelCheckpoint',
      received: { format },
      expected: '{epoch:02d}, {loss:.4f} or {loss:.2e}',
    })
  }
  const [, zero, width, decimals, kind] = match
  let text = String(value)
  if (kind === 'd') text = String(Math.trunc(value))
  else if (kind === 'f') text = value.toFixed(Number(decimals ?? 6))
  else if (kind === 'e') text = value.toExponential(Number(decimals ?? 6))
  else if (decimals !== undefined) text = value.toPrecision(Math.max(1, Number(decimals)))
  return text.padStart(Number(width), zero === '0' ? '0' : ' ')
}
