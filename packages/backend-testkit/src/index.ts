import { ArgumentError, type Backend } from '@tapegrad/core'
import { activationCases } from './cases/activations.ts'
import { asynchronousCases } from './cases/asynchronous.ts'
import { attentionCases } from './cases/attention.ts'
import { bitwiseCases } from './cases/bitwise.ts'
import { comparisonCases } from './cases/comparison.ts'
import { convolutionCases } from './cases/convolution.ts'
import { decompositionCases } from './cases/decompositions.ts'
import { einsumCases } from './cases/einsum.ts'
import { binaryCases } from './cases/elementwise-binary.ts'
import { unaryCases } from './cases/elementwise-unary.ts'
import { hyperbolicCases } from './cases/hyperbolic.ts'
import { indexingCases } from './cases/indexing.ts'
import { linearAlgebraCases } from './cases/linear-algebra.ts'
import { matmulCases } from './cases/matmul.ts'
import { memoryCases } from './cases/memory.ts'
import { elementwiseMethodCases } from './cases/methods-elementwise.ts'
import { largeMethodCases } from './cases/methods-large.ts'
import { regionMethodCases } from './cases/methods-regions.ts'
import { structuredMethodCases } from './cases/methods-structured.ts'
import { movementCases } from './cases/movement.ts'
import { ndIndexingCases } from './cases/nd-indexing.ts'
import { neuralCases } from './cases/neural.ts'
import { normCases } from './cases/norms.ts'
import { optimizerStepCases } from './cases/optimizer-steps.ts'
import { floatPairCases } from './cases/pairs-of-floats.ts'
import { poolingCases } from './cases/pooling.ts'
import { randomCases } from './cases/random.ts'
import { rearrangingCases } from './cases/rearranging.ts'
import { recurrentCases } from './cases/recurrent.ts'
import { reductionCases } from './cases/reductions.ts'
import { scanCases } from './cases/scans.ts'
import { softmaxCases } from './cases/softmax-and-losses.ts'
import { sortingCases } from './cases/sorting.ts'
import { specialValueCases } from './cases/special-values.ts'
import { statisticsCases } from './cases/statistics.ts'
import { type Case, type CaseFactory, groups, type KitOptions, type Settings } from './kit/case.ts'
import { seedFor } from './kit/check-property.ts'
import { expectFailure } from './kit/expect-failure.ts'
import { findOp, formatFindings } from './kit/op-table.ts'
import { settingsOf } from './kit/settings.ts'

export { type Case, type Group, groups, type KitOptions, type OpReport } from './kit/case.ts'
export type { Tolerance } from './kit/compare.ts'

const tables: readonly (() => readonly CaseFactory[])[] = [
  unaryCases,
  hyperbolicCases,
  binaryCases,
  floatPairCases,
  bitwiseCases,
  comparisonCases,
  specialValueCases,
  activationCases,
  reductionCases,
  statisticsCases,
  scanCases,
  softmaxCases,
  movementCases,
  rearrangingCases,
  indexingCases,
  sortingCases,
  ndIndexingCases,
  asynchronousCases,
  matmulCases,
  linearAlgebraCases,
  einsumCases,
  normCases,
  neuralCases,
  convolutionCases,
  poolingCases,
  attentionCases,
  decompositionCases,
  recurrentCases,
  randomCases,
  optimizerStepCases,
  memoryCases,
  regionMethodCases,
  elementwiseMethodCases,
  structuredMethodCases,
  largeMethodCases,
]

/**
 * Everything that a backend must do right, as a plain list of cases.
 *
 * A case compares with an oracle of plain loops over generated shapes and views, checks that inputs stay as they are
 * and that nothing is left behind, and differentiates twice. Cases that `skip` names are run too, and reject when
 * they pass.
 *
 * @param options How many samples, from which seed, which groups; known failures; the backend's own tolerance.
 * @returns The cases of all groups, in a fixed order.
 * @throws {@link ArgumentError} for unknown options, groups or names of cases, and for a skip without a reason.
 * @example
 * ```ts
 * const backend = myBackend()
 * for (const { name, run, skip } of cases({ samples: 5 })) {
 *   if (skip?.(backend.caps) === undefined) await run(backend)
 *   console.log(name)
 * }
 * ```
 */
export function cases(options: KitOptions = {}): readonly Case[] {
  const settings = settingsOf(options)
  const all = tables.flatMap((table) => table().map((make) => withOwnSeed(make, settings)))
  const skip = options.skip ?? {}
  for (const name of Object.keys(skip)) {
    if (all.some((entry) => entry.name === name)) continue
    throw new ArgumentError('skip names a case that does not exist', { op: 'cases', received: { name } })
  }
  const wanted = options.groups ?? groups
  return all
    .filter(({ group }) => wanted.includes(group))
    .map((entry) => (Object.hasOwn(skip, entry.name) ? expectFailure(entry, skip[entry.name]!) : entry))
}

/**
 * A table of the ops and what a backend does right of each: values, gradients of both orders, and by which optional
 * functions and kernels of its own; with the reason where an op fails or says nothing about the backend.
 *
 * @param backend Any backend.
 * @param options As for {@link cases}; the ops that `skip` names are not run.
 * @returns Markdown, a line for each op.
 * @throws {@link ArgumentError} as `cases` does.
 * @example
 * ```ts
 * console.log(await opTable(myBackend(), { groups: ['softmax-and-losses'], samples: 2 }))
 * // | op      | values           | gradient | second gradient | fused                |
 * // | softmax | float32, float64 | yes      | yes             | softmax, softmaxGrad |
 * ```
 */
export async function opTable(backend: Backend, options: KitOptions = {}): Promise<string> {
  const { skip = {}, ...others } = options
  cases(options)
  const findings = []
  for (const entry of cases(others)) {
    const known = skip[entry.name]
    const isOp = entry.report !== undefined
    if (known !== undefined && isOp)
      findings.push({ op: entry.name, result: 'fails', reason: known } as const)
    else findings.push(await findOp(entry, backend))
  }
  return formatFindings(findings.filter((finding) => finding !== undefined))
}

/** Each case draws numbers of its own, so that adding one does not change the others. */
function withOwnSeed(make: CaseFactory, settings: Settings): Case {
  const { name } = make(settings)
  return make({ ...settings, seed: seedFor(settings.seed, name) })
}
