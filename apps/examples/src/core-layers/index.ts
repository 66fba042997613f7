/** The core layers one after the other, each with the shape or the values that its description states. */
import assert from 'node:assert/strict'
import {
  ActivityRegularization,
  abs,
  Conv2D,
  concat,
  Dense,
  Flatten,
  gather,
  getMask,
  Lambda,
  type LambdaOutputShape,
  LSTM,
  l2Normalize,
  Masking,
  max,
  mean,
  mul,
  neg,
  ones,
  Permute,
  RepeatVector,
  Reshape,
  random,
  relu,
  Sequential,
  type SymbolicShape,
  square,
  sub,
  type Tensor,
  tensor,
  zeros,
} from 'tapegrad'

function check(what: string, actual: unknown, expected: unknown): void {
  assert.deepEqual(actual, expected, what)
  console.log(`${what}: ${JSON.stringify(actual)}`)
}

// The first layer of a model declares its input; those after it infer theirs.
const dense = new Sequential([new Dense({ units: 32, inputShape: [16] }), new Dense({ units: 32 })])
check('Dense, 16 to 32 to 32', dense.outputShape, [null, 32])

const flatten = new Sequential([
  new Conv2D({
    filters: 64,
    kernelSize: [3, 3],
    padding: 'same',
    dataFormat: 'channelsFirst',
    inputShape: [3, 32, 32],
  }),
])
check('Conv2D of [3, 32, 32], channels first', flatten.outputShape, [null, 64, 32, 32])
flatten.add(new Flatten())
check('Flatten of it', flatten.outputShape, [null, 65536])
check('and of images', flatten.apply(ones([2, 3, 32, 32])).shape, [2, 65536])

const reshape = new Sequential([new Reshape({ targetShape: [3, 4], inputShape: [12] })])
check('Reshape to [3, 4]', reshape.outputShape, [null, 3, 4])
reshape.add(new Reshape({ targetShape: [6, 2] }))
check('Reshape to [6, 2]', reshape.outputShape, [null, 6, 2])
reshape.add(new Reshape({ targetShape: [-1, 2, 2] }))
check('Reshape to [-1, 2, 2]', reshape.outputShape, [null, 3, 2, 2])

const permute = new Sequential([new Permute({ dims: [2, 1], inputShape: [10, 64] })])
check('Permute of [10, 64]', permute.outputShape, [null, 64, 10])

const repeat = new Sequential([new Dense({ units: 32, inputDim: 32 })])
check('Dense of 32', repeat.outputShape, [null, 32])
repeat.add(new RepeatVector({ n: 3 }))
check('RepeatVector, three times', repeat.outputShape, [null, 3, 32])

const squares = new Lambda({ function: (x) => square(x) })
check('Lambda, x²', squares.apply(tensor([[1, 2, 3]])).arraySync(), [[1, 4, 9]])

/** Both halves of a centred, normalised sample: what a rectifier keeps, and what it would throw away. */
function antirectifier(x: Tensor): Tensor {
  const centred = sub(x, mean(x, { axis: 1, keepDims: true }))
  const normalised = l2Normalize(centred, { axis: 1 })
  return concat([relu(normalised), relu(neg(normalised))], { axis: 1 })
}
const antirectifierShape: LambdaOutputShape = ([batch, features]: SymbolicShape) => [
  batch ?? null,
  2 * features!,
]
const twice = new Sequential([
  new Lambda({ function: antirectifier, outputShape: antirectifierShape, inputShape: [2] }),
])
check('Lambda, the antirectifier', twice.outputShape, [null, 4])
const [row] = twice.apply(tensor([[1, 3]])).arraySync() as [number[]]
check(
  'the antirectifier of [1, 3]',
  row.map((value) => value.toFixed(3)),
  ['0.000', '0.707', '0.707', '0.000'],
)

const penalised = new ActivityRegularization({ l1: 0.1, l2: 0.01 })
const same = penalised.apply(ones([2, 3]))
check('ActivityRegularization hands its input on', same.arraySync(), [
  [1, 1, 1],
  [1, 1, 1],
])
// (0.1 · Σ|x| + 0.01 · Σx²) / batch
check(
  'and adds to the loss',
  penalised.losses.map((term) => Number(term.dataSync()[0]!.toFixed(4))),
  [0.33],
)

// Time steps 3 and 5 of ten are all zeros: layers that understand masks skip them.
const steps = Float32Array.from({ length: 10 * 8 }, (_, i) => ([3, 5].includes(Math.floor(i / 8)) ? 0 : 1))
const masked = new Masking({ maskValue: 0 }).apply(tensor(steps, { shape: [1, 10, 8] }))
const mask = getMask(masked)!.arraySync() as boolean[][]
check(
  'Masking skips steps',
  mask[0]!.flatMap((isKept, step) => (isKept ? [] : [step])),
  [3, 5],
)
// The LSTM keeps its state there: it ends as if those steps were not in the sequence.
const lstm = new LSTM({ units: 32 })
const skipping = new Sequential([new Masking({ maskValue: 0, inputShape: [10, 8] }), lstm])
check('LSTM of 32 behind Masking', skipping.outputShape, [null, 32])
const kept = [0, 1, 2, 4, 6, 7, 8, 9]
const random8 = random.uniform([1, 10, 8], { min: 0.1, seed: 1 })
const counted = tensor(Array.from({ length: 10 }, (_, step) => [Number(kept.includes(step))]))
const whole = skipping.apply(mul(random8, counted))
const shorter = lstm.apply(gather(random8, tensor(kept, { dtype: 'int32' }), { axis: 1 }))
const difference = max(abs(sub(whole, shorter))).dataSync()[0]!
check('its state is that of the other eight steps', difference < 1e-6, true)

const afterDense = new Dense({ units: 4 }).apply(masked)
check('Dense hands the mask on', getMask(afterDense)!.shape, [1, 10])

// A whole stack, applied to data.
const model = new Sequential([
  new Dense({ units: 8, activation: 'relu', inputShape: [4] }),
  new Reshape({ targetShape: [2, 4] }),
  new Flatten(),
])
check('a stack', model.apply(zeros([5, 4])).shape, [5, 8])
