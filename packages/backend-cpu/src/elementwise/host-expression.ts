import type { DType } from '@tapegrad/core'
import { importedFunction } from '../assembler/index.ts'
import { convert } from '../convert.ts'
import type { ScalarExpression } from './scalar-kernel.ts'

/** Elements that a function of the host computes in double precision; it is imported as `name`. */
export function hostExpression(name: string, dtypes: readonly DType[], out: DType): ScalarExpression {
  const imported = importedFunction(
    name,
    dtypes.map(() => 'f64' as const),
    ['f64'],
  )
  return (fn, ...elements) => {
    for (const [i, element] of elements.entries()) {
      fn.get(element)
      convert(fn, dtypes[i]!, 'float64')
    }
    fn.call(imported)
    convert(fn, 'float64', out)
  }
}
