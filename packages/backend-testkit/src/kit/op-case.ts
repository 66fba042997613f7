import type { Backend, DType } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { isFloatType } from '../oracle/array.ts'
import type { Case, CaseFactory, Settings } from './case.ts'
import { checkForward } from './check-forward.ts'
import { checkAgainstBackend, checkAgainstDifferences } from './check-gradients.ts'
import { checkProperty } from './check-property.ts'
import { reportOn } from './op-report.ts'
import { callOptions, dtypesOf, type OpSpec, type Purpose, usualTolerances, widen } from './op-spec.ts'
import { withoutOptions } from './without-options.ts'

/** Values are compared in every dtype, gradients in one or two: they get more inputs instead. */
const gradientRuns = 2

/** The case that checks everything about one op. */
export function opCase<A>(spec: OpSpec<A>): CaseFactory {
  return (settings): Case => ({
    name: spec.name,
    group: spec.group,
    gradients: spec.differentiable !== undefined,
    ...(spec.skip && { skip: spec.skip }),
    report: (backend) => reportOn(spec, backend),
    run: async (backend) => {
      const composed = withoutOptions(backend)
      for (const dtype of dtypesOf(spec, backend)) {
        await checkValues(spec, backend, composed, dtype, settings)
      }
      await checkGradientsOf(spec, backend, composed, settings)
    },
  })
}

async function checkValues<A>(
  spec: OpSpec<A>,
  backend: Backend,
  composed: Backend,
  dtype: DType,
  settings: Settings,
): Promise<void> {
  const tolerances = widen(spec.tolerances ?? usualTolerances, settings)
  const check = (purpose: Purpose, signedZeros: boolean): Promise<void> =>
    checkProperty(
      `${spec.name} of ${purpose === 'values' ? dtype : `special values in ${dtype}`}`,
      spec.calls(callOptions(backend, dtype, purpose)),
      async (call) => {
        await checkForward(spec, call, backend, tolerances, signedZeros)
        await checkForward(spec, call, composed, tolerances, signedZeros)
      },
      settings,
    )
  await check('values', false)
  const hasSpecials = spec.specialValues !== undefined && backend.caps.specialValues && isFloatType(dtype)
  if (hasSpecials) await check('specialValues', spec.specialValues === 'signedZeros')
}

async function checkGradientsOf<A>(
  spec: OpSpec<A>,
  backend: Backend,
  composed: Backend,
  settings: Settings,
): Promise<void> {
  if (spec.differentiable === undefined) return
  if (backend.caps.dtypes.has('float64')) {
    await checkProperty(
      `the gradient of ${spec.name} in float64`,
      spec.calls(callOptions(backend, 'float64', 'gradient')),
      async (call) => {
        await checkAgainstDifferences(spec, call, backend)
        await checkAgainstDifferences(spec, call, composed)
      },
      settings,
      settings.samples * gradientRuns,
    )
  }
  const reference = referenceBackend()
  await checkProperty(
    `the gradient of ${spec.name} in float32`,
    spec.calls(callOptions(backend, 'float32', 'gradient')),
    (call) => checkAgainstBackend(spec, call, backend, reference, settings),
    settings,
    settings.samples * gradientRuns,
  )
}
