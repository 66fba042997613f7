import type { AnyModel } from '../models/model.ts'
import type { Compiled } from './compiled.ts'
import type { Listing } from './data.ts'

/** Whether a model takes and gives lists, as far as that is known before its first call. */
export function listingOf(model: AnyModel, compiled: Compiled | null): Listing {
  const { inputShape } = model.built ? model : { inputShape: [] }
  return {
    x: inputShape.some((entry) => Array.isArray(entry)),
    y: model.outputNames.length > 1 || compiled?.hasSeveralLosses === true,
  }
}
