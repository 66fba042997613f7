import { type Backend, broadcastTo, type DType, random, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import type { Case, CaseFactory } from '../kit/case.ts'
import { compare, type Tolerances } from '../kit/compare.ts'
import { exactTolerances, widen } from '../kit/op-spec.ts'
import { readArray } from '../kit/read-array.ts'
import { withHandles } from '../kit/with-handles.ts'

const shapes = [[], [1], [0, 3], [7], [33, 5], [2, 3, 130]]

/** Transforms of uniform numbers may be computed where the numbers are. */
const transformed: Tolerances = {
  float32: { absolute: 1e-6, relative: 1e-6 },
  float64: { absolute: 1e-12, relative: 1e-12 },
}

type Draw = (shape: readonly number[], dtype: DType, backend: Backend, generator: random.Generator) => Tensor

/** The numbers of two generators that start alike, on the backend and on the reference, and what comes after them. */
function drawn(name: string, dtypes: readonly DType[], draw: Draw, tolerances: Tolerances): CaseFactory {
  return (settings): Case => ({
    name,
    group: 'random',
    report: async ({ caps }) => ({
      dtypes: dtypes.filter((dtype) => caps.dtypes.has(dtype)),
      gradients: 0,
      fused: [],
    }),
    run: async (backend) => {
      const { seed } = settings
      const allowed = widen(tolerances, settings)
      const reference = referenceBackend()
      for (const dtype of dtypes.filter((candidate) => backend.caps.dtypes.has(candidate))) {
        const [generator, same] = [new random.Generator(seed), new random.Generator(seed)]
        for (const shape of shapes) {
          await withHandles(async (own) => {
            const received = await readArray(own(draw(shape, dtype, backend, generator)))
            const expected = await readArray(own(draw(shape, dtype, reference, same)))
            compare(`${name}: ${dtype}[${shape.join(', ')}] from seed ${seed}`, received, expected, allowed)
          })
        }
      }
    },
  })
}

const floats: readonly DType[] = ['float32', 'float64']

/** Narrows the dtype for functions that only make floats. */
const asFloat = (dtype: DType): 'float32' | 'float64' => (dtype === 'float64' ? 'float64' : 'float32')

export const randomCases = (): readonly CaseFactory[] => [
  drawn(
    'random.uniform',
    floats,
    (shape, dtype, backend, generator) =>
      random.uniform(shape, { min: -2, max: 3, dtype: asFloat(dtype), backend, generator }),
    exactTolerances,
  ),
  drawn(
    'random.normal',
    floats,
    (shape, dtype, backend, generator) =>
      random.normal(shape, { mean: 1, stddev: 2, dtype: asFloat(dtype), backend, generator }),
    transformed,
  ),
  drawn(
    'random.truncatedNormal',
    floats,
    (shape, dtype, backend, generator) =>
      random.truncatedNormal(shape, { stddev: 0.5, dtype: asFloat(dtype), backend, generator }),
    transformed,
  ),
  drawn(
    'random.bernoulli',
    ['bool', 'uint8', 'int32', 'float32', 'float64'],
    (shape, dtype, backend, generator) =>
      random.bernoulli(shape, { probability: 0.3, dtype, backend, generator }),
    exactTolerances,
  ),
  drawn(
    'random.permutation',
    ['int32'],
    (shape, _dtype, backend, generator) =>
      random.permutation(
        shape.reduce((count, side) => count * side, 1),
        { backend, generator },
      ),
    exactTolerances,
  ),
  drawn(
    'random.exponential',
    floats,
    (shape, dtype, backend, generator) =>
      random.exponential(shape, { scale: 3, dtype: asFloat(dtype), backend, generator }),
    transformed,
  ),
  drawn(
    'random.randint',
    ['uint8', 'int32'],
    (shape, dtype, backend, generator) => {
      const bounds = dtype === 'uint8' ? { min: 3, max: 256 } : { min: -1_000_000, max: 1_000_001 }
      return random.randint(shape, {
        ...bounds,
        dtype: dtype === 'uint8' ? 'uint8' : 'int32',
        backend,
        generator,
      })
    },
    exactTolerances,
  ),
  drawn(
    'random.categorical',
    floats,
    (shape, dtype, backend, generator) => {
      const logits = tensor([0.5, -1, 0.25, Number.NEGATIVE_INFINITY], { dtype, backend })
      const lines = broadcastTo(logits, [2, 4])
      const count = shape.reduce((product, side) => product * side, 1)
      const classes = random.categorical(lines, count, { generator })
      logits.dispose()
      lines.dispose()
      return classes
    },
    exactTolerances,
  ),
  drawn(
    'random.shuffle',
    ['bool', 'uint8', 'int32', 'float32', 'float64'],
    (shape, dtype, backend, generator) => {
      const ordered = random.bernoulli([...shape, 2], { dtype, backend, seed: 5 })
      const shuffled = random.shuffle(ordered, { axis: -2 + Number(shape.length === 0), generator })
      ordered.dispose()
      return shuffled
    },
    exactTolerances,
  ),
]
