import { ArgumentError } from './index.ts'

/** Throws where an option is neither true nor false: 'false' would count as true. Returns it, or what stands for undefined. */
export function checkFlag(op: string, name: string, value: unknown, byDefault = false): boolean {
  if (value === undefined) return byDefault
  if (typeof value === 'boolean') return value
  throw new ArgumentError(`${name} is not a boolean`, {
    op,
    received: { [name]: value },
    expected: 'true or false',
  })
}
